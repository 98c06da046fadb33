// pgx: ParseConfig; nothing is connected.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"strings"

	"github.com/jackc/pgx/v4"
)

func read(answer map[string]interface{}, text string) error {
	config, err := pgx.ParseConfig(text)
	if err != nil {
		return err
	}
	hosts := []interface{}{map[string]interface{}{"host": config.Host, "port": config.Port}}
	attempts := []string{}
	attempt := func(encrypted, skip bool, custom bool, name string) {
		switch {
		case !encrypted:
			attempts = append(attempts, "plain")
		case custom:
			attempts = append(attempts, "chain verified")
		case skip:
			attempts = append(attempts, "unverified")
		default:
			attempts = append(attempts, "verified as "+name)
		}
	}
	if t := config.TLSConfig; t != nil {
		attempt(true, t.InsecureSkipVerify, t.VerifyPeerCertificate != nil, t.ServerName)
	} else {
		attempt(false, false, false, "")
	}
	for _, other := range config.Fallbacks {
		if other.Host != config.Host || other.Port != config.Port {
			last := hosts[len(hosts)-1].(map[string]interface{})
			if last["host"] != other.Host || last["port"] != other.Port {
				hosts = append(hosts, map[string]interface{}{"host": other.Host, "port": other.Port})
			}
			continue
		}
		if t := other.TLSConfig; t != nil {
			attempt(true, t.InsecureSkipVerify, t.VerifyPeerCertificate != nil, t.ServerName)
		} else {
			attempt(false, false, false, "")
		}
	}
	some := func(text string) interface{} {
		if text == "" || text == systemUser {
			return nil
		}
		return text
	}
	settings := map[string]interface{}{}
	// These go to the server in the startup message.
	for key, value := range config.RuntimeParams {
		settings[key] = value
	}
	if config.ConnectTimeout != 0 {
		settings["pgx:connect_timeout"] = config.ConnectTimeout.String()
	}
	if config.ValidateConnect != nil {
		settings["pgx:target_session_attrs"] = "checked"
	}
	answer["hosts"] = hosts
	answer["user"] = some(config.User)
	answer["database"] = some(config.Database)
	answer["password"] = some(config.Password)
	answer["tls"] = map[string]interface{}{"attempts": attempts}
	answer["settings"] = settings
	return nil
}

// systemUser is whom a driver takes when the text names nobody: it asks the system.
var systemUser = func() string {
	if current, err := user.Current(); err == nil {
		return current.Username
	}
	return ""
}()

// home is where the driver looks for its files, which is another folder on each machine.
var home = func() string {
	if current, err := user.Current(); err == nil {
		return current.HomeDir
	}
	return ""
}()

func main() {
	version, _ := exec.Command("dpkg-query", "--show", "--showformat=${Version}",
		"golang-github-jackc-pgx-v4-dev").Output()
	run("pgx", strings.SplitN(string(version), "-", 2)[0], "pgx.ParseConfig", read)
}

func run(driver, version, through string, read func(map[string]interface{}, string) error) {
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	out.Encode(map[string]string{"driver": driver, "version": version, "through": through})
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		var one struct{ ID, Dialect, Input string }
		if err := json.Unmarshal(in.Bytes(), &one); err != nil {
			panic(err)
		}
		answer := map[string]interface{}{"id": one.ID, "outcome": "accepted"}
		if err := calm(read, answer, one.Input); err != nil {
			answer["outcome"] = "refused"
			answer["error"] = strings.ReplaceAll(err.Error(), home+"/", "~/")
		}
		out.Encode(answer)
	}
}

// calm turns a panic, which is an answer too, into an error.
func calm(read func(map[string]interface{}, string) error, answer map[string]interface{}, text string) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v", cause)
		}
	}()
	return read(answer, text)
}

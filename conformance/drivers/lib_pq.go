// lib/pq: NewConnector, then Open with a dialer that connects nothing.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/lib/pq"
)

// closed is a dialer that gives connections whose other end is closed.
type closed struct{ dialed *bool }

func (c closed) Dial(network, address string) (net.Conn, error) {
	*c.dialed = true
	one, other := net.Pipe()
	other.Close()
	return one, nil
}

func (c closed) DialTimeout(network, address string, _ time.Duration) (net.Conn, error) {
	return c.Dial(network, address)
}

func some(text string, there bool) interface{} {
	if !there {
		return nil
	}
	return text
}

func port(text string) interface{} {
	if number, err := strconv.Atoi(text); err == nil {
		return number
	}
	return text
}

func read(answer map[string]interface{}, text string) error {
	connector, err := pq.NewConnector(text)
	if err != nil {
		return err
	}
	// The options are not public; only their text is looked at.
	options := map[string]string{}
	private := reflect.ValueOf(connector).Elem().FieldByName("opts")
	for _, key := range private.MapKeys() {
		options[key.String()] = private.MapIndex(key).String()
	}
	take := func(key string) (string, bool) {
		value, there := options[key]
		delete(options, key)
		return value, there
	}
	// What lib/pq fills in before it reads the text.
	for key, value := range map[string]string{"extra_float_digits": "2",
		"client_encoding": "UTF8", "datestyle": "ISO, MDY"} {
		if options[key] == value {
			delete(options, key)
		}
	}
	host, _ := take("host")
	number, _ := take("port")
	answer["hosts"] = []interface{}{map[string]interface{}{"host": host, "port": port(number)}}
	name, there := take("user")
	answer["user"] = some(name, there && name != systemUser)
	answer["database"] = some(take("dbname"))
	answer["password"] = some(take("password"))
	answer["settings"] = options

	var dialed bool
	connection, err := pq.DialOpen(closed{&dialed}, text)
	if err == nil {
		connection.Close()
		return errors.New("connected, with the network closed")
	}
	if dialed && strings.Contains(err.Error(), "closed pipe") {
		return nil
	}
	return err
}

// systemUser is whom a driver takes when the text names nobody: it asks the system.
var systemUser = func() string {
	if current, err := user.Current(); err == nil {
		return current.Username
	}
	return ""
}()

func main() {
	version, _ := exec.Command("dpkg-query", "--show", "--showformat=${Version}",
		"golang-github-lib-pq-dev").Output()
	run("lib-pq", strings.SplitN(string(version), "-", 2)[0], "pq.NewConnector, pq.DialOpen", read)
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
			answer["error"] = err.Error()
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

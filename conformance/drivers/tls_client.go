// A Go driver under tls.py: connects, and asks the server whether the connection is encrypted.
package main

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/jackc/pgx/v4"
	_ "github.com/lib/pq"
)

const question = "select ssl from pg_stat_ssl where pid = pg_backend_pid()"

func withPq(ctx context.Context, text string) (encrypted bool, err error) {
	pool, err := sql.Open("postgres", text)
	if err != nil {
		return false, err
	}
	defer pool.Close()
	err = pool.QueryRowContext(ctx, question).Scan(&encrypted)
	return encrypted, err
}

func withPgx(ctx context.Context, text string) (encrypted bool, err error) {
	connection, err := pgx.Connect(ctx, text)
	if err != nil {
		return false, err
	}
	defer connection.Close(ctx)
	err = connection.QueryRow(ctx, question).Scan(&encrypted)
	return encrypted, err
}

func main() {
	connect, source := withPq, "golang-github-lib-pq-dev"
	if os.Args[1] == "pgx" {
		connect, source = withPgx, "golang-github-jackc-pgx-v4-dev"
	}
	found, _ := exec.Command("dpkg-query", "--show", "--showformat=${Version}", source).Output()
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	out.Encode(map[string]string{"version": strings.SplitN(string(found), "-", 2)[0]})
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		var one struct {
			ID, Host, Query string
			Port            int
		}
		if err := json.Unmarshal(in.Bytes(), &one); err != nil {
			panic(err)
		}
		text := fmt.Sprintf("postgresql://ann:Kestrel7@%s:%d/postgres", one.Host, one.Port)
		if one.Query != "" {
			text += "?" + one.Query
		}
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		answer := map[string]string{"id": one.ID}
		encrypted, err := connect(ctx, text)
		cancel()
		switch {
		case err != nil:
			answer["error"] = err.Error()
		case encrypted:
			answer["outcome"] = "tls"
		default:
			answer["outcome"] = "plain"
		}
		out.Encode(answer)
	}
}

// A Go driver: connects as each line says, and prints the error as log.Fatal would.
package main

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"os"
	"strings"
	"time"

	"github.com/jackc/pgx/v4"
	_ "github.com/lib/pq"
)

func pqDriver(ctx context.Context, text, query string) error {
	db, err := sql.Open("postgres", text)
	if err != nil {
		return err
	}
	defer db.Close()
	if query == "" {
		return db.PingContext(ctx)
	}
	_, err = db.ExecContext(ctx, query)
	return err
}

func pgxDriver(ctx context.Context, text, query string) error {
	conn, err := pgx.Connect(ctx, text)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	if query != "" {
		_, err = conn.Exec(ctx, query)
	}
	return err
}

func main() {
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	_ = out.Encode(map[string]string{"version": os.Getenv("VERSION")})
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		parts := strings.Split(lines.Text(), "\t")
		ctx, done := context.WithTimeout(context.Background(), 12*time.Second)
		work := pqDriver
		if os.Args[1] == "pgx" {
			work = pgxDriver
		}
		answer := map[string]interface{}{"id": parts[0], "said": nil}
		if err := work(ctx, parts[1], parts[2]); err != nil {
			answer["said"] = err.Error()
		}
		done()
		_ = out.Encode(answer)
	}
}

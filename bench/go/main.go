// Command peer is what Affidavit is measured with and against: a service to call, a load to call it with, and an
// external processor that does nothing.
package main

import (
	"fmt"
	"os"
)

const usage = `usage: peer <command> [flags]

  upstream   an HTTP/1.1 service that answers 1 kB of JSON; /bytes?n=N sends, and PUT /bytes takes, a stream
  noop       an ext_proc and access-log server that agrees with everything and keeps nothing
  load       calls a URL, and prints one JSON object with what came back and how long it took

Each ends on SIGTERM, load by itself. "peer <command> -h" lists the flags.
`

func main() {
	commands := map[string]func([]string) error{"upstream": upstream, "noop": noop, "load": load}
	if len(os.Args) < 2 || commands[os.Args[1]] == nil {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	if err := commands[os.Args[1]](os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "peer:", err)
		os.Exit(3)
	}
}

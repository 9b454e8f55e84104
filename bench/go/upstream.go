package main

import (
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"
)

// Longer than Envoy keeps an idle connection, so that it is never this side that closes one under a new call.
const keepAlive = 120 * time.Second

func upstream(args []string) error {
	flags := flag.NewFlagSet("upstream", flag.ContinueOnError)
	port := flags.Int("port", 0, "port on 127.0.0.1")
	if err := flags.Parse(args); err != nil {
		return err
	}
	answer := kilobyteOfJSON()
	mux := http.NewServeMux()
	mux.HandleFunc("/orders/bytes", streamBytes)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			return
		}
		w.Header().Set("content-type", "application/json")
		w.Header().Set("content-length", strconv.Itoa(len(answer)))
		_, _ = w.Write(answer)
	})
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", *port))
	if err != nil {
		return err
	}
	server := http.Server{Handler: mux, IdleTimeout: keepAlive}
	return server.Serve(listener)
}

// An order as a service would answer it; with no personal data in it, as most machine-to-machine calls.
func kilobyteOfJSON() []byte {
	text := `{"id":"order-17","state":"accepted","currency":"EUR","total":1299,"items":[`
	for item := 0; len(text) < 960; item++ {
		if item > 0 {
			text += ","
		}
		text += fmt.Sprintf(`{"sku":"A-%d","count":%d,"note":"goods on the shelf"}`, item, item%5)
	}
	return []byte(text + "]}")
}

const lineOfText = "The parcel was left with the neighbours, who will bring it round in the evening.\n"

// PUT takes a body of any length, GET ?n= sends one of that many bytes.
func streamBytes(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPut {
		count, err := io.Copy(io.Discard, r.Body)
		if err == nil {
			fmt.Fprintf(w, "{\"bytes\":%d}\n", count)
		}
		return
	}
	left, err := strconv.Atoi(r.URL.Query().Get("n"))
	if err != nil || left < 0 {
		http.Error(w, "n must be a number of bytes", http.StatusBadRequest)
		return
	}
	w.Header().Set("content-type", "text/plain")
	block := blockOfText()
	for left > 0 {
		piece := block[:min(left, len(block))]
		if _, err := w.Write(piece); err != nil {
			return
		}
		left -= len(piece)
	}
}

func blockOfText() []byte {
	block := make([]byte, 0, 64*1024)
	for len(block)+len(lineOfText) <= 64*1024 {
		block = append(block, lineOfText...)
	}
	return block
}

package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"
)

// What a load came to. Latencies are in microseconds.
type outcome struct {
	Calls          int            `json:"calls"`
	Not2xx         int            `json:"not2xx"`
	Statuses       map[string]int `json:"statuses"`
	Errors         []string       `json:"errors"`
	Seconds        float64        `json:"seconds"`
	CallsPerSecond float64        `json:"callsPerSecond"`
	P50Us          int64          `json:"p50Us"`
	P99Us          int64          `json:"p99Us"`
	P999Us         int64          `json:"p999Us"`
	MaxUs          int64          `json:"maxUs"`
}

type loadFlags struct {
	url      string
	calls    uint64
	inFlight uint64
	rate     float64
	bodySize int
	limit    time.Duration
}

const mostErrors = 5

// Calls that a rate makes wait are still in flight; beyond so many the load itself would be what is measured.
const mostInFlight = 4096

func load(args []string) error {
	var asked loadFlags
	flags := flag.NewFlagSet("load", flag.ContinueOnError)
	flags.StringVar(&asked.url, "url", "", "what to call, with POST and JSON of -body bytes")
	flags.Uint64Var(&asked.calls, "calls", 1000, "calls in all")
	flags.Uint64Var(&asked.inFlight, "in-flight", 32, "calls in flight, when there is no -rate")
	flags.Float64Var(&asked.rate, "rate", 0, "calls begun a second, whatever becomes of those before (open loop)")
	flags.IntVar(&asked.bodySize, "body", 1024, "bytes of each request's body")
	flags.DurationVar(&asked.limit, "limit", 5*time.Minute, "after which no more calls are begun")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if asked.url == "" || asked.calls == 0 || asked.inFlight == 0 {
		return errors.New("load needs -url, and at least one call")
	}
	return json.NewEncoder(os.Stdout).Encode(attack(asked))
}

// Begins calls at a rate, or as fast as the workers take them, until there are enough.
type pacer struct {
	calls uint64
	rate  float64
	limit time.Duration
}

func (p pacer) Pace(elapsed time.Duration, hits uint64) (time.Duration, bool) {
	if hits >= p.calls || elapsed > p.limit {
		return 0, true
	}
	if p.rate == 0 {
		return 0, false
	}
	due := time.Duration(float64(hits) / p.rate * float64(time.Second))
	return max(0, due-elapsed), false
}

func (p pacer) Rate(time.Duration) float64 { return p.rate }

func attack(asked loadFlags) outcome {
	workers := asked.inFlight
	most := asked.inFlight
	if asked.rate > 0 {
		most = mostInFlight
	}
	header := http.Header{"Content-Type": {"application/json"}, "Authorization": {"Bearer bench-credential-0123456789"}}
	targeter := vegeta.NewStaticTargeter(vegeta.Target{
		Method: http.MethodPost, URL: asked.url, Body: requestBody(asked.bodySize), Header: header,
	})
	attacker := vegeta.NewAttacker(vegeta.Workers(workers), vegeta.MaxWorkers(most), vegeta.HTTP2(false),
		vegeta.Connections(mostInFlight), vegeta.MaxConnections(mostInFlight), vegeta.Timeout(60*time.Second))
	found := outcome{Statuses: map[string]int{}, Errors: []string{}}
	latencies := make([]time.Duration, 0, asked.calls)
	began := time.Now()
	for result := range attacker.Attack(targeter, pacer{asked.calls, asked.rate, asked.limit}, 0, "load") {
		found.add(result)
		latencies = append(latencies, result.Latency)
	}
	found.Seconds = time.Since(began).Seconds()
	found.CallsPerSecond = float64(found.Calls) / found.Seconds
	slices.Sort(latencies)
	found.P50Us, found.P99Us = quantile(latencies, 0.5), quantile(latencies, 0.99)
	found.P999Us, found.MaxUs = quantile(latencies, 0.999), quantile(latencies, 1)
	return found
}

func (found *outcome) add(result *vegeta.Result) {
	found.Calls++
	found.Statuses[fmt.Sprint(result.Code)]++
	if result.Code >= 200 && result.Code < 300 && result.Error == "" {
		return
	}
	found.Not2xx++
	if len(found.Errors) < mostErrors {
		found.Errors = append(found.Errors, fmt.Sprintf("%d %s %.200s", result.Code, result.Error, result.Body))
	}
}

func quantile(sorted []time.Duration, q float64) int64 {
	if len(sorted) == 0 {
		return 0
	}
	index := int(math.Ceil(q*float64(len(sorted)))) - 1
	return sorted[max(0, index)].Microseconds()
}

func requestBody(size int) []byte {
	const before, after = `{"note":"`, `"}`
	return []byte(before + strings.Repeat("an order without anything personal ", size/35+1)[:max(0, size-len(before)-len(after))] + after)
}

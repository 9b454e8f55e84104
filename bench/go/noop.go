package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"

	alsv3 "github.com/envoyproxy/go-control-plane/envoy/service/accesslog/v3"
	extprocv3 "github.com/envoyproxy/go-control-plane/envoy/service/ext_proc/v3"
	"google.golang.org/grpc"
)

type processor struct {
	extprocv3.UnimplementedExternalProcessorServer
}

type accessLog struct {
	alsv3.UnimplementedAccessLogServiceServer
}

func noop(args []string) error {
	flags := flag.NewFlagSet("noop", flag.ContinueOnError)
	port := flags.Int("port", 0, "port on 127.0.0.1")
	if err := flags.Parse(args); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", *port))
	if err != nil {
		return err
	}
	server := grpc.NewServer()
	extprocv3.RegisterExternalProcessorServer(server, processor{})
	alsv3.RegisterAccessLogServiceServer(server, accessLog{})
	return server.Serve(listener)
}

// Process answers each message with an empty one of its kind, which tells Envoy to go on. Where Envoy waits for no
// answer, it ends the stream once both directions have ended, as Envoy needs it there.
func (processor) Process(stream extprocv3.ExternalProcessor_ProcessServer) error {
	var requestEnded, responseEnded bool
	for {
		request, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if request.GetObservabilityMode() {
			requestEnded = requestEnded || request.GetRequestHeaders().GetEndOfStream() ||
				request.GetRequestBody().GetEndOfStream() || request.GetRequestTrailers() != nil
			responseEnded = responseEnded || request.GetResponseHeaders().GetEndOfStream() ||
				request.GetResponseBody().GetEndOfStream() || request.GetResponseTrailers() != nil
			if requestEnded && responseEnded {
				return nil
			}
			continue
		}
		if response := answer(request); response != nil {
			if err := stream.Send(response); err != nil {
				return err
			}
		}
	}
}

func answer(request *extprocv3.ProcessingRequest) *extprocv3.ProcessingResponse {
	switch request.Request.(type) {
	case *extprocv3.ProcessingRequest_RequestHeaders:
		return &extprocv3.ProcessingResponse{Response: &extprocv3.ProcessingResponse_RequestHeaders{
			RequestHeaders: &extprocv3.HeadersResponse{}}}
	case *extprocv3.ProcessingRequest_RequestBody:
		return &extprocv3.ProcessingResponse{Response: &extprocv3.ProcessingResponse_RequestBody{
			RequestBody: &extprocv3.BodyResponse{}}}
	case *extprocv3.ProcessingRequest_RequestTrailers:
		return &extprocv3.ProcessingResponse{Response: &extprocv3.ProcessingResponse_RequestTrailers{
			RequestTrailers: &extprocv3.TrailersResponse{}}}
	case *extprocv3.ProcessingRequest_ResponseHeaders:
		return &extprocv3.ProcessingResponse{Response: &extprocv3.ProcessingResponse_ResponseHeaders{
			ResponseHeaders: &extprocv3.HeadersResponse{}}}
	case *extprocv3.ProcessingRequest_ResponseBody:
		return &extprocv3.ProcessingResponse{Response: &extprocv3.ProcessingResponse_ResponseBody{
			ResponseBody: &extprocv3.BodyResponse{}}}
	case *extprocv3.ProcessingRequest_ResponseTrailers:
		return &extprocv3.ProcessingResponse{Response: &extprocv3.ProcessingResponse_ResponseTrailers{
			ResponseTrailers: &extprocv3.TrailersResponse{}}}
	}
	return nil
}

func (accessLog) StreamAccessLogs(stream alsv3.AccessLogService_StreamAccessLogsServer) error {
	for {
		if _, err := stream.Recv(); err != nil {
			if errors.Is(err, io.EOF) {
				return stream.SendAndClose(&alsv3.StreamAccessLogsResponse{})
			}
			return err
		}
	}
}

import { attributes, headerMap } from '../../../unit/capture/support/protos.ts';

/** The id that Envoy gave the call. */
export const ID = '11111111-2222-4333-8444-555555555555';
/** Headers of a request as Envoy sends them. */
export const REQUEST = {
  request_headers: {
    headers: headerMap({
      ':method': 'POST',
      ':path': '/orders?token=verysecretvalue',
      ':authority': 'orders.example',
      'content-type': 'application/json',
      authorization: 'Bearer abcdefghijklmnopqrstuvwxyz',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      'x-affidavit-id': ID,
    }),
  },
  attributes: attributes({
    'request.time': '2026-01-02T03:04:05.678901234Z',
    'request.protocol': 'HTTP/2',
    'connection.id': 42,
    'connection.mtls': true,
    'connection.uri_san_peer_certificate': 'spiffe://example.org/billing',
    'xds.cluster_name': 'orders',
    'xds.route_name': 'orders',
  }),
};
/** Headers of its response. */
export const RESPONSE = {
  response_headers: { headers: headerMap({ ':status': '200', 'content-type': 'application/json' }) },
  attributes: attributes({ 'upstream.address': '10.0.0.7:8080', 'response.code_details': 'via_upstream' }),
};
/** A piece of a body. */
export const bodyOf = (side: 'request' | 'response', text: string, last = false) => ({
  [`${side}_body`]: { body: Buffer.from(text), end_of_stream: last },
});
/** The same messages in observability mode. */
export const observed = (messages: readonly object[]) =>
  messages.map((message) => ({ ...message, observability_mode: true }));

/** All messages of a call, from first to last. */
export const WHOLE: readonly object[] = [
  REQUEST,
  bodyOf('request', '{"note":"hello '),
  bodyOf('request', 'world"}', true),
  RESPONSE,
  bodyOf('response', '{"ok":1}', true),
];

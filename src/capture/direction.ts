import { BODY, type BodyState, Direction } from '../record/index.ts';
import type { BodyCapture, CapturedBody } from './body-capture.ts';

/** What is known of one direction. Bytes and end are counted as they arrive, ahead of the work on them. */
export class DirectionRecord {
  headerCount = 0;
  headerBytes = 0;
  bodyBytes = 0;
  trailerCount = 0;
  startedUs: number | undefined;
  endedUs: number | undefined;
  givenUp: string | undefined;
  contentType: string | undefined;
  contentEncoding: string | undefined;
  /** How messages of gRPC or Connect are compressed that say that they are. */
  messageEncoding: string | undefined;
  capture: BodyCapture | undefined;
}

/** What the record says of a direction, with the body that was kept of it. */
export function directionOf(side: DirectionRecord, body: CapturedBody | undefined): Direction {
  return Direction.create({
    headerCount: side.headerCount,
    headerBytes: side.headerBytes,
    bodyBytes: side.bodyBytes,
    trailerCount: side.trailerCount,
    body: bodyStateOf(side, body),
    bodyReason: side.givenUp ?? (body?.outcome.state === 'withdrawn' ? body.outcome.reason : ''),
    ...(body === undefined ? {} : { bodyCommitment: body.outcome.commitment, decodedBytes: body.outcome.decodedBytes }),
    ended: side.endedUs !== undefined,
  });
}

function bodyStateOf(side: DirectionRecord, body: CapturedBody | undefined): BodyState {
  if (side.givenUp !== undefined) return BODY.given_up;
  if (body === undefined) return BODY.none;
  if (body.outcome.state === 'withdrawn') return BODY.withdrawn;
  return side.endedUs === undefined ? BODY.cut : BODY.kept;
}

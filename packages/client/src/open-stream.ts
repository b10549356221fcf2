import { type CallOptions, type Connection, openResponse, passing, readText, reasonOf, unreachable } from './call.ts'
import { parseProblemDetails, RefusedError } from './problem-details.ts'

const streamPath = '/v1/stream'

/** The engine sends at least a comment each 15 s; three times that in silence is a dead line. */
const silenceMs = 45_000

/**
 * Opens a stream of a media type, which may have parameters, and returns its chunks. Throws RefusedError when the engine refuses for good, and EngineUnreachableError whenever another attempt may help:
 * no answer, "not now", a cut line, a silent one.
 */
export async function openStream(
  connection: Connection,
  mediaType: string,
  { headers, ...options }: CallOptions,
): Promise<AsyncGenerator<Uint8Array, void, undefined>> {
  const line = new AbortController()
  const timer = setTimeout(() => line.abort(), connection.timeoutMs)
  try {
    const response = await openResponse(connection, streamPath, { ...options, headers: { ...headers, accept: mediaType } }, line.signal)
    if (!response.ok) throw await refusalOf(response, connection)
    if (!response.body || !response.headers.get('content-type')?.startsWith(mediaType.split(';')[0] ?? mediaType))
      throw unreachable(connection, `it answered something else than ${mediaType}`)
    return passChunks(connection, response.body, line)
  } catch (error) {
    line.abort()
    throw error
  } finally {
    clearTimeout(timer)
  }
}

async function refusalOf(response: Response, connection: Connection): Promise<Error> {
  const problem = parseProblemDetails(response.headers.get('content-type'), await readText(response, connection))
  if (problem && !passing.has(response.status)) return new RefusedError(problem)
  return unreachable(connection, problem?.detail || `it answered ${response.status}`)
}

/**
 * Fails when no chunk comes for too long. Only the waiting counts, not the time the reader takes: a slow reader holds the engine back and is not taken for
 * a dead line. Hangs up when the reader stops.
 */
async function* passChunks(connection: Connection, body: ReadableStream<Uint8Array>, line: AbortController) {
  const reader = body.getReader()
  try {
    for (;;) {
      const timer = setTimeout(() => line.abort(new Error(`nothing came for ${silenceMs} ms`)), silenceMs)
      const { done, value } = await reader.read().finally(() => clearTimeout(timer))
      if (done) return
      yield value
    }
  } catch (error) {
    throw unreachable(connection, `the line was cut: ${reasonOf(error)}`, error)
  } finally {
    line.abort()
  }
}

import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { HttpInput, SocketInput } from './drawing/input.ts'
import type { FuzzedEngine } from './engine.ts'
import type { Answered } from './judging/judge-answer.ts'

/** Each from its own address, so that the failed attempts of one address do not limit another. */
const addressOf = (number: number): string => `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`

/** The longest wait for an answer. */
const patienceMs = 25_000

/** Sends a request without a socket; undefined without an answer. */
export async function ask(
  { http }: FuzzedEngine,
  { method, url, headers, body }: HttpInput,
  number: number,
): Promise<Answered | undefined> {
  const began = performance.now()
  const timer = new AbortController()
  const asked = http.inject({
    method: method as 'GET',
    url,
    headers: { host: 'holdfast.example', ...headers },
    ...(body ? { payload: body } : {}),
    remoteAddress: addressOf(number),
  })
  const answer = await Promise.race([asked, pause(patienceMs, undefined, { signal: timer.signal }).catch(() => undefined)])
  timer.abort()
  if (!answer) return undefined
  return { status: answer.statusCode, headers: answer.headers, text: answer.payload, tookMs: performance.now() - began }
}

const answerBytesMax = 2_000_000
/** A connection that is silent for this long after an answer has sent all answers. */
const silentMsMax = 300

export interface Heard {
  readonly answers: readonly Answered[]
  readonly tookMs: number
  /** Whether the connection was still open at the time limit. */
  readonly isOpen: boolean
}

/**
 * Writes bytes to a connection and reads the answers. An incomplete request is half-closed at once, because only its
 * timeout would follow. A complete one stays open until its answer: Node answers no half-closed connection, except
 * immediately.
 */
export function write({ intakeUrl }: FuzzedEngine, { bytes }: SocketInput): Promise<Heard> {
  return new Promise(resolve => {
    const began = performance.now()
    const pieces: Buffer[] = []
    let length = 0
    let lastMs = 0
    const socket = connect({ port: Number(new URL(intakeUrl).port), host: '127.0.0.1', allowHalfOpen: true })
    const done = (isOpen: boolean) => {
      clearTimeout(timer)
      clearTimeout(silence)
      socket.destroy()
      const tookMs = (pieces.length > 0 ? lastMs : performance.now()) - began
      resolve({ answers: answersIn(Buffer.concat(pieces), tookMs), tookMs, isOpen })
    }
    const timer = setTimeout(() => done(true), patienceMs)
    let silence: NodeJS.Timeout | undefined
    socket.on('data', piece => {
      pieces.push(piece)
      length += piece.length
      lastMs = performance.now()
      clearTimeout(silence)
      // `100 Continue` precedes the answer.
      if (answersIn(Buffer.concat(pieces), 0).length > 0) silence = setTimeout(() => socket.end(), silentMsMax)
      // A stream of facts does not end.
      if (length > answerBytesMax || piece.includes('text/event-stream')) done(false)
    })
    socket.on('end', () => done(false))
    socket.on('error', () => done(false))
    socket.on('close', () => done(false))
    if (isWholeRequest(bytes)) socket.write(bytes)
    else socket.end(bytes)
  })
}

/** Whether these bytes contain a complete request: its head, and the body length that the head states. */
export function isWholeRequest(bytes: Buffer): boolean {
  const end = bytes.indexOf('\r\n\r\n')
  if (end <= 0) return false
  const size = /^content-length: (\d+)\r?$/im.exec(bytes.toString('latin1', 0, end))?.[1] ?? '0'
  return bytes.length - end - 4 >= Number(size) && !/transfer-encoding/i.test(bytes.toString('latin1', 0, end))
}

/** The answers on one connection, in sequence. */
function answersIn(bytes: Buffer, tookMs: number): Answered[] {
  const answers: Answered[] = []
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf('\r\n\r\n', from)
    if (end < 0) break
    const [first = '', ...lines] = bytes.toString('latin1', from, end).split('\r\n')
    const headers = Object.fromEntries(
      lines.map(line => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
    )
    const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(first)?.[1] ?? 0)
    const size = Number(headers['content-length'])
    const to = Number.isInteger(size) ? end + 4 + size : bytes.length
    if (status >= 200 || status === 0) answers.push({ status, headers, text: bytes.toString('utf8', end + 4, to), tookMs })
    from = status < 200 && status > 0 ? end + 4 : to
  }
  return answers
}

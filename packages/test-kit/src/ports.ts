import { connect, createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'

/** A port of 127.0.0.1 on which nothing listens now. Another process can still take it first. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
}

/** Whether something listens on this port of 127.0.0.1, or holds it in another way. */
export function isTaken(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer()
    server.on('error', () => resolve(true))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(false)))
  })
}

/** Sends `question` to 127.0.0.1 and gives what comes first, or undefined where nothing comes in time, within a second by default. With `tls` by TLS. */
export function ask(port: number, question: Uint8Array | string, withinMs = 1_000, tls?: ConnectionOptions): Promise<Buffer | undefined> {
  return new Promise(resolve => {
    const to = { host: '127.0.0.1', port }
    const socket = tls ? connectTls({ ...to, ...tls }) : connect(to)
    const end = (answer?: Buffer): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(withinMs, () => end())
    socket.on('error', () => end())
    socket.on('close', () => end())
    socket.on('data', end)
    socket.on(tls ? 'secureConnect' : 'connect', () => socket.write(question))
  })
}

// Request header and body of ApiVersions (key 18) version 0 with correlation id 7 and no client id, after its own length.
const apiVersions = Uint8Array.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 7, 255, 255])

/** Whether a Kafka broker answers here. A broker takes no request before it has joined its cluster, so one that answers is ready. */
export async function answersAsKafka(port: number, tls?: ConnectionOptions): Promise<boolean> {
  const answer = await ask(port, apiVersions, 1_000, tls)
  return answer !== undefined && answer.length >= 10 && answer.readInt32BE(4) === 7 && answer.readInt16BE(8) === 0
}

/** The version of the Redis server that answers here, or undefined. One that is still loading its data does not answer yet. */
export async function redisVersionAt(port: number): Promise<string | undefined> {
  const answer = await ask(port, 'INFO server\r\n')
  return /^redis_version:(\S+)/m.exec(answer?.toString() ?? '')?.[1]
}

/**
 * Asks again and again until `isSo` is true. Throws what `otherwise` says after `withinMs`, or as soon as `hopeless` gives a reason: so a
 * server that died is not waited for.
 */
export async function waitUntil(
  isSo: () => Promise<boolean>,
  withinMs: number,
  otherwise: () => string,
  hopeless: () => string | undefined = () => undefined,
): Promise<void> {
  const deadline = Date.now() + withinMs
  for (;;) {
    if (await isSo()) return
    const reason = hopeless()
    if (reason !== undefined) throw new Error(reason)
    if (Date.now() > deadline) throw new Error(otherwise())
    await pause(50)
  }
}

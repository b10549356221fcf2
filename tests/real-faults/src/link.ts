import { connect, createServer, type Socket } from 'node:net'

/** A link to a server, with faults. */
export interface Link {
  /** The port on 127.0.0.1. */
  readonly port: number
  /** Carries everything, as at first. Data held while the link was half-open is delivered. */
  heal(): void
  /** Closes open connections, and new ones as they arrive. */
  cut(): void
  /** Keeps open and new connections, and delivers nothing in either direction. */
  halfOpen(): void
  /** Delays each packet by this much, in order. */
  delay(ms: number): void
  /** Connects to another server from now on: connections to the former one are closed. */
  turnTo(port: number): void
  close(): Promise<void>
}

type State = { readonly is: 'whole' | 'cut' | 'halfOpen' } | { readonly is: 'delayed'; readonly ms: number }

/** This much of one connection is held before its sender has to wait. */
const heldBytesMax = 4_000_000

export async function startLink(target: number): Promise<Link> {
  let to = target
  let state: State = { is: 'whole' }
  /** Ends of connections with the function that resumes them. */
  const lines = new Map<Socket, () => void>()
  const endAll = () => {
    for (const socket of lines.keys()) socket.destroy()
  }

  function carry(from: Socket, into: Socket): void {
    const held: { readonly chunk: Buffer; readonly dueMs: number }[] = []
    let heldBytes = 0
    let timer: NodeJS.Timeout | undefined
    let isFull = false
    function move(): void {
      clearTimeout(timer)
      if (state.is === 'halfOpen' || isFull) return
      for (let next = held[0]; next; next = held[0]) {
        const leftMs = next.dueMs - performance.now()
        if (leftMs > 0) {
          timer = setTimeout(move, leftMs)
          return
        }
        held.shift()
        heldBytes -= next.chunk.length
        if (!into.write(next.chunk)) {
          isFull = true
          into.once('drain', () => {
            isFull = false
            move()
          })
          return
        }
      }
      if (heldBytes < heldBytesMax) from.resume()
    }
    from.on('data', chunk => {
      held.push({ chunk, dueMs: performance.now() + (state.is === 'delayed' ? state.ms : 0) })
      heldBytes += chunk.length
      if (heldBytes >= heldBytesMax) from.pause()
      move()
    })
    from.on('error', () => undefined)
    from.on('close', () => {
      lines.delete(from)
      clearTimeout(timer)
      into.destroy()
    })
    lines.set(from, move)
  }

  const server = createServer(socket => {
    if (state.is === 'cut') return void socket.destroy()
    const onward = connect({ host: '127.0.0.1', port: to })
    socket.setNoDelay(true)
    onward.setNoDelay(true)
    carry(socket, onward)
    carry(onward, socket)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('a link has no address')
  return {
    port: address.port,
    heal() {
      state = { is: 'whole' }
      for (const move of lines.values()) move()
    },
    cut() {
      state = { is: 'cut' }
      endAll()
    },
    halfOpen() {
      state = { is: 'halfOpen' }
    },
    delay(ms) {
      state = { is: 'delayed', ms }
    },
    turnTo(port) {
      to = port
      endAll()
    },
    async close() {
      endAll()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

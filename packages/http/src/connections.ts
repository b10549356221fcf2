import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import { blockOf } from './address-block.ts'

interface ConnectionBounds {
  /** In all. */
  readonly max: number
  /** Of one IPv4 address, or of one IPv6 network of 64 bits. */
  readonly perAddress: number
}

/**
 * Bounds how many connections are open, so that nobody can take all of them.
 * - A connection from an address that has `perAddress` open is closed. It gets no answer, as it has asked nothing.
 * - While `max` are open, the oldest one on which no request has arrived makes room: senders of slow heads shut nobody out.
 */
export function boundConnections(server: Server, { max, perAddress }: ConnectionBounds): void {
  server.maxConnections = max
  const open = new Map<string, number>()
  /** No whole head has arrived on these, the oldest first. */
  const silent = new Set<Socket>()
  let count = 0
  server.on('connection', (socket: Socket) => {
    const { remoteAddress } = socket
    // It has gone already.
    if (remoteAddress === undefined) return
    const block = blockOf(remoteAddress)
    const ofBlock = (open.get(block) ?? 0) + 1
    if (ofBlock > perAddress) {
      socket.destroy()
      return
    }
    count += 1
    open.set(block, ofBlock)
    silent.add(socket)
    socket.once('close', () => {
      count -= 1
      silent.delete(socket)
      const left = (open.get(block) ?? 1) - 1
      if (left > 0) open.set(block, left)
      else open.delete(block)
    })
    // Room for the next one: the server itself refuses whoever comes when it is full.
    if (count >= max) silent.values().next().value?.destroy()
  })
  server.on('request', ({ socket }: IncomingMessage) => void silent.delete(socket))
}

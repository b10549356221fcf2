import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import { blockOf } from './address-block.ts'

interface ConnectionBounds {
  /** The limit of all connections. */
  readonly max: number
  /** The limit of one IPv4 address, or of one IPv6 network of 64 bits. */
  readonly perAddress: number
}

/**
 * Limits open connections, so that no client can use all of them. A connection from an address with `perAddress` open
 * ones is closed without an answer. At `max`, the oldest connection without a complete request head is closed: senders
 * of slow heads block no other client.
 */
export function boundConnections(server: Server, { max, perAddress }: ConnectionBounds): void {
  server.maxConnections = max
  const open = new Map<string, number>()
  /** Connections without a complete head, the oldest first. */
  const silent = new Set<Socket>()
  let count = 0
  server.on('connection', (socket: Socket) => {
    const { remoteAddress } = socket
    // The client has already disconnected.
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
    // Frees a connection for the next client: a full server refuses new ones.
    if (count >= max) silent.values().next().value?.destroy()
  })
  server.on('request', ({ socket }: IncomingMessage) => void silent.delete(socket))
}

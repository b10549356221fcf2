import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/** Cuts each connection from an address that has so many open already: who opens all that a process has room for shuts everybody else out. One that is cut is told nothing, as nobody has asked anything on it. */
export function boundConnections(server: Server, perAddress: number): void {
  const open = new Map<string, number>()
  server.on('connection', (socket: Socket) => {
    const { remoteAddress } = socket
    // It has gone already.
    if (remoteAddress === undefined) return
    const count = (open.get(remoteAddress) ?? 0) + 1
    if (count > perAddress) {
      socket.destroy()
      return
    }
    open.set(remoteAddress, count)
    socket.once('close', () => {
      const left = (open.get(remoteAddress) ?? 1) - 1
      if (left > 0) open.set(remoteAddress, left)
      else open.delete(remoteAddress)
    })
  })
}

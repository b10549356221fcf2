import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Refusal } from '@holdfast/schemas'

export interface StreamSlotLimits {
  readonly perMember: number
  readonly inAll: number
}

/** One open stream. */
export interface StreamSlot {
  /** Called once when the answer or its connection ends, whichever comes first. */
  onEnd(listener: () => void): void
}

export type SlotRefusal = 'gone' | 'member has too many' | 'all are taken'

/** A stream may be open for an hour, so a refused client should wait before it tries again. */
const retryAfterMs = 5_000

export const slotRefusals: Readonly<Record<Exclude<SlotRefusal, 'gone'>, Refusal>> = {
  'member has too many': {
    code: 'RATE_LIMITED',
    message: 'Your country has reached the maximum number of open streams. Close one, or try again later.',
    retryAfterMs,
  },
  'all are taken': {
    code: 'UNAVAILABLE',
    message: 'This desk has reached the maximum number of open streams. Try again later.',
    retryAfterMs,
  },
}

export interface StreamSlots {
  /** To be called synchronously after authentication. `gone`: the client has disconnected. */
  take(country: string, socket: Socket, response: ServerResponse): StreamSlot | SlotRefusal
}

/**
 * Counts streams by live connections. A connection that was reset before this call gets no slot, because its close
 * event will not come again. A connection with several requests (pipelining) ends them all, including those not yet
 * answered.
 */
export function createStreamSlots({ perMember, inAll }: StreamSlotLimits): StreamSlots {
  const bySocket = new Map<Socket, Set<() => void>>()
  const byMember = new Map<string, number>()
  let open = 0

  function endsOf(socket: Socket): Set<() => void> {
    const known = bySocket.get(socket)
    if (known) return known
    const ends = new Set<() => void>()
    bySocket.set(socket, ends)
    socket.once('close', () => {
      bySocket.delete(socket)
      for (const end of [...ends]) end()
    })
    return ends
  }

  return {
    take(country, socket, response) {
      if (socket.destroyed || response.destroyed) return 'gone'
      const ofMember = byMember.get(country) ?? 0
      if (ofMember >= perMember) return 'member has too many'
      if (open >= inAll) return 'all are taken'
      byMember.set(country, ofMember + 1)
      open++
      const listeners: Array<() => void> = []
      const ends = endsOf(socket)
      const end = () => {
        if (!ends.delete(end)) return
        open--
        const left = (byMember.get(country) ?? 1) - 1
        if (left > 0) byMember.set(country, left)
        else byMember.delete(country)
        for (const listener of listeners) listener()
      }
      ends.add(end)
      response.once('close', end)
      return { onEnd: listener => void listeners.push(listener) }
    },
  }
}

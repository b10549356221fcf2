import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Refusal } from '@holdfast/schemas'

export interface StreamSlotLimits {
  readonly perMember: number
  readonly inAll: number
}

/** One open stream. */
export interface StreamSlot {
  /** Called once, when the answer or its connection has ended, whichever comes first. */
  onEnd(listener: () => void): void
}

export type SlotRefusal = 'gone' | 'member has too many' | 'all are taken'

/** A stream may be open for an hour; one that is refused is likelier to be let in after a while than at once. */
const retryAfterMs = 5_000

export const slotRefusals: Readonly<Record<Exclude<SlotRefusal, 'gone'>, Refusal>> = {
  'member has too many': {
    code: 'RATE_LIMITED',
    message: 'your country has as many streams open here as a member may have',
    retryAfterMs,
  },
  'all are taken': { code: 'UNAVAILABLE', message: 'too many streams are open here', retryAfterMs },
}

export interface StreamSlots {
  /** To be called with nothing awaited since the caller was known. `gone`: there is nobody to answer any more. */
  take(country: string, socket: Socket, response: ServerResponse): StreamSlot | SlotRefusal
}

/**
 * Counts streams by the connections that live. A connection that was reset before its request was looked at gets no slot, as its end has been told already and
 * nobody would be told again; one that carries several requests (pipelining) ends them all, also those whose answer has not begun.
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

import type { RevealedField, WorkDone, WorkKind } from '@holdfast/schemas'
import { post } from '../api/client.ts'
import { type ActResult, give } from '../commands/give.ts'

/** Sends an action of the desk once: its key is stored before it is sent, as that of a command. */
export const doWork = (kind: WorkKind, requestId: string | undefined, data: object): Promise<ActResult> =>
  give(sessionStorage, { requestId: requestId ?? '', command: kind, data }, async key => {
    const { event } = await post<WorkDone>('/v1/work', { kind, ...(requestId ? { requestId } : {}), data }, key)
    return { outcome: 'applied', commandId: event.id }
  })

/** Reveals an encrypted field. The result goes to `onField` only and is not stored. */
export const reveal = (
  requestId: string,
  body: { readonly path: string; readonly purpose: string },
  onField: (field: RevealedField['field']) => void,
): Promise<ActResult> =>
  give(sessionStorage, { requestId, command: 'FieldRevealed', data: body }, async key => {
    const { field, event } = await post<RevealedField>(`/v1/requests/${requestId}/reveal`, body, key)
    onField(field)
    return { outcome: 'applied', commandId: event.id }
  })

/** Concurrent actions: a browser has six connections per host, one of them for the stream. */
const atOnce = 4

/** Repeats an action for many requests. Returns which succeeded and which failed. */
export async function doForAll(
  requestIds: readonly string[],
  one: (requestId: string) => Promise<ActResult>,
): Promise<{ readonly done: readonly string[]; readonly notDone: readonly string[] }> {
  const left = [...requestIds]
  const done: string[] = []
  const notDone: string[] = []
  async function work(): Promise<void> {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const requestId = next
      const result = await one(requestId).catch(() => undefined)
      if (result?.is === 'applied') done.push(requestId)
      else notDone.push(requestId)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return { done, notDone }
}

import type { RevealedField, WorkDone, WorkKind } from '@holdfast/schemas'
import { post } from '../api/client.ts'
import { type ActResult, give } from '../commands/give.ts'

/** What a person does at the desk, once, however often it is sent: under a key that is kept before it is, as that of a command. */
export const doWork = (kind: WorkKind, requestId: string | undefined, data: object): Promise<ActResult> =>
  give(sessionStorage, { requestId: requestId ?? '', command: kind, data }, async key => {
    const { event } = await post<WorkDone>('/v1/work', { kind, ...(requestId ? { requestId } : {}), data }, key)
    return { outcome: 'applied', commandId: event.id }
  })

/** Asks for a sealed field. What comes is told to `onField` and kept nowhere. */
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

/** At most so many are on their way at once: a browser has six connections to a host, and one of them is the stream. */
const atOnce = 4

/** Does the same for many; tells which it was done for, and which not. */
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
      const given = await one(requestId).catch(() => undefined)
      if (given?.is === 'applied') done.push(requestId)
      else notDone.push(requestId)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return { done, notDone }
}

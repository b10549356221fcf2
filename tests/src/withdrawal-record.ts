import { topics } from '@holdfast/schemas'
import type { StreamRecord } from '@holdfast/streams'

/** A good command as it would lie in its topic, for who puts it aside as though a service could not read it. */
export const withdrawalRecord = (requestId: string, id: string): StreamRecord => ({
  topic: topics.commands.name,
  partition: 0,
  offset: 7,
  key: requestId,
  value: JSON.stringify({
    specversion: '1.0',
    id,
    source: '/holdfast/desk',
    type: 'holdfast.command.v1.Withdraw',
    subject: requestId,
    time: new Date().toISOString(),
    actor: 'SG/officer/a.tan',
    data: { reason: 'The victim was paid back' },
  }),
  headers: {},
  timestampMs: 0,
})

import { topics } from '@holdfast/schemas'
import type { StreamRecord } from '@holdfast/streams'

/** A valid command as it is stored in its topic. A test reports it as a record that a service cannot read. */
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

import { writeFileSync } from 'node:fs'
import type { CommandKind, Fact } from '@holdfast/payment-stop/language'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { held, usd } from './documents.ts'
import { watch } from './persons.ts'
import { openStage, type Stage } from './stage.ts'
import { viewsAfterEach } from './views-after-each.ts'

// Run in the tree of a next version by `record-future.ts`: `node tests/replay/tell-future.ts FACTS VIEWS`.

const [factsPath = '', viewsPath = ''] = process.argv.slice(2)

/** The types of this version do not have its commands. */
const act = (stage: Stage, requestId: string, command: string, data: object) =>
  stage.act(watch, requestId, command as CommandKind, data as never)

async function tell(stage: Stage): Promise<void> {
  const { at, send, answer } = stage
  // A note changes nothing: an older version can process the request to its end.
  const first = await send(buildRequestNumber(1))
  await act(stage, first, 'TakeNote', { note: 'The victim called' })
  await answer(first, { kind: 'acknowledged', details: { reference: 'ACK-1' } })
  await act(stage, first, 'TakeNote', { note: 'The victim called again' })
  await answer(first, held(usd('42300000.00'), 'FIU_SUSPENSION'))
  // A recall ends a request: an older version must stop processing it.
  const second = await send(buildRequestNumber(2))
  await answer(second, { kind: 'acknowledged', details: { reference: 'ACK-2' } })
  await at('2024-07-23T02:40:00Z')
  await act(stage, second, 'Recall', { reason: 'It was no fraud' })
  // Known types follow it, in the second revision.
  await stage.act(watch, second, 'Reopen', { reason: 'It was fraud after all' })
  const third = await send(buildRequestNumber(3))
  await answer(third, { kind: 'acknowledged', details: { reference: 'ACK-3' } })
}

const stage = await openStage('2024-07-23T02:25:00Z', ['TL'], {})
try {
  await tell(stage)
  const lines = await stage.ledger()
  const textOf = (each: readonly string[]) => each.map(line => `${line}\n`).join('')
  writeFileSync(factsPath, textOf(lines))
  const views = viewsAfterEach(lines.map(line => JSON.parse(line) as Fact))
  writeFileSync(viewsPath, textOf(views.map(view => JSON.stringify(view))))
} finally {
  await stage.stop()
}

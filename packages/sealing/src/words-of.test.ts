import { expect, test } from 'vitest'
import type { RefusedBlock } from './words.ts'
import { createRefusalAlert } from './words-of.ts'

const refusedBlock = (id: string, refusal: RefusedBlock['refusal'] = 'OTHER_DIGEST'): RefusedBlock => ({
  requests: ['a request'],
  place: ['data', id],
  refusal,
})

test('an encrypted field that is rejected is an alert once, however often it is read', () => {
  const alerts: RefusedBlock[] = []
  const alert = createRefusalAlert(block => alerts.push(block))
  for (const block of [refusedBlock('one'), refusedBlock('two'), refusedBlock('one'), refusedBlock('one', 'CUT')]) alert(block)
  expect(alerts).toEqual([refusedBlock('one'), refusedBlock('two'), refusedBlock('one', 'CUT')])
})

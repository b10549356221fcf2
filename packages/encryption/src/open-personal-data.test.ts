import { expect, test } from 'vitest'
import { createRefusalAlert } from './open-personal-data.ts'
import type { UndecryptableData } from './personal-data-cipher.ts'

const refusedBlock = (id: string, refusal: UndecryptableData['refusal'] = 'OTHER_DIGEST'): UndecryptableData => ({
  requests: ['a request'],
  context: ['data', id],
  refusal,
})

test('a rejected encrypted field raises one alert, however often it is read', () => {
  const alerts: UndecryptableData[] = []
  const alert = createRefusalAlert(block => alerts.push(block))
  for (const block of [refusedBlock('one'), refusedBlock('two'), refusedBlock('one'), refusedBlock('one', 'CUT')]) alert(block)
  expect(alerts).toEqual([refusedBlock('one'), refusedBlock('two'), refusedBlock('one', 'CUT')])
})

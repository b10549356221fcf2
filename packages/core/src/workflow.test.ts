import { expect, test } from 'vitest'
import { serviceNameOf, stateSpaceOf } from './workflow.ts'

const stateVersions = { ledger: 'a1', validation: 'b2', dispatch: 'c3', desk: 4 }

test('the services of payment stops have no prefix, and those of another workflow have its own', () => {
  expect(serviceNameOf({ topicPrefix: 'freeze' }, 'ledger')).toBe('ledger')
  expect(serviceNameOf({ topicPrefix: 'check' }, 'intake')).toBe('check-intake')
})

test('states are stored by workflow, service and version', () => {
  expect(stateSpaceOf({ topicPrefix: 'freeze', stateVersions }, 'ledger')).toBe('ledger.a1')
  expect(stateSpaceOf({ topicPrefix: 'check', stateVersions }, 'validation')).toBe('check-validation.b2')
})

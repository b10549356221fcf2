import { expect, test } from 'vitest'
import { personsNeedProof } from './persons-need-proof.ts'

const members = { hasPersons: (country: string) => country === 'TL' }

test('in production two persons of each country are to be proved, and in development those of whose country the registry has some', () => {
  const inProduction = personsNeedProof({ config: { HOLDFAST_ENV: 'production' }, members })
  const inDevelopment = personsNeedProof({ config: { HOLDFAST_ENV: 'development' }, members })
  expect([inProduction('TL'), inProduction('SG')]).toEqual([true, true])
  expect([inDevelopment('TL'), inDevelopment('SG')]).toEqual([true, false])
})

import { expect, test } from 'vitest'
import { personsNeedProof } from './persons-need-proof.ts'

const members = { hasPersons: (country: string) => country === 'TL' }

test('dual approval needs proved persons in production, and in development for countries with persons in the registry', () => {
  const inProduction = personsNeedProof({ config: { HOLDFAST_ENV: 'production' }, members })
  const inDevelopment = personsNeedProof({ config: { HOLDFAST_ENV: 'development' }, members })
  expect([inProduction('TL'), inProduction('SG')]).toEqual([true, true])
  expect([inDevelopment('TL'), inDevelopment('SG')]).toEqual([true, false])
})

import { z } from 'zod'
import { count, type Fits, type Responses, text } from './response-parts.ts'
import { countrySchema } from './src/codes.ts'
import type { CountryView } from './src/desk/views.ts'
import type { EngineKeys } from './src/engine-keys.ts'
import type { CheckpointList, CheckpointProof } from './src/ledger/checkpoints.ts'
import { problemCodeNames } from './src/problem-codes.ts'
import { refusalCodeSchema } from './src/requests/refusals.ts'

const problemDetails = z.strictObject({
  type: text,
  title: text,
  status: z.int().min(400).max(599),
  detail: text,
  instance: text.optional(),
  code: refusalCodeSchema,
  problems: z.array(z.strictObject({ code: z.enum(problemCodeNames), path: text, message: text })).optional(),
})

const countryView = z.strictObject({
  country: countrySchema,
  name: text.optional(),
  regions: z.array(text).readonly(),
  timeZone: text,
  weekend: z.array(z.int().min(1).max(7)).readonly(),
  holidays: z.array(z.strictObject({ date: text, name: text, from: z.literal('profileFile').optional() })).readonly(),
  source: text,
  sources: z
    .array(z.enum(['timeZoneOfCapital', 'publicHolidays', 'noPublicHolidays', 'profileFile']))
    .readonly()
    .optional(),
})

const engineKeys = z.strictObject({
  keys: z
    .array(
      z.strictObject({
        kty: z.literal('OKP'),
        crv: z.literal('Ed25519'),
        x: text,
        kid: text,
        alg: z.literal('Ed25519'),
        use: z.literal('sig'),
      }),
    )
    .readonly(),
})

const checkpointList = z.strictObject({
  key: text,
  trees: z.array(z.strictObject({ origin: text, size: count, checkpoint: text })).readonly(),
})

const checkpointProof = z.strictObject({ from: count, proof: z.array(text).readonly(), checkpoint: text })

export const engineResponses = {
  problem: [problemDetails, 'Problem', 'Every refusal and error by HTTP (RFC 9457).'],
  'country-view': [countryView, 'Country', 'What GET /v1/countries/CC answers.'],
  'engine-keys': [engineKeys, 'Keys of the engine', 'What GET /v1/engine-keys answers: a JWK set.'],
  'checkpoint-list': [checkpointList, 'Checkpoints', 'What GET /v1/checkpoints answers.'],
  'checkpoint-proof': [checkpointProof, 'Consistency proof', 'What GET /v1/checkpoints/proof answers.'],
} as const satisfies Responses

void {
  country: true satisfies Fits<CountryView, typeof countryView>,
  keys: true satisfies Fits<EngineKeys, typeof engineKeys>,
  checkpoints: true satisfies Fits<CheckpointList, typeof checkpointList>,
  proof: true satisfies Fits<CheckpointProof, typeof checkpointProof>,
}

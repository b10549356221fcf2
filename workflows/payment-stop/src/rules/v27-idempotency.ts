import type { EnforcedElsewhere } from '@holdfast/core'

/** At every ingress, and again where commands are applied. */
export const idempotency: EnforcedElsewhere = {
  id: 'V27',
  title: 'A repeated key with the same body gets the first response again; with another body it is refused',
  source: 'Pix DICT, idempotent transitions',
  effect: 'the first response, byte for byte; with another body refused (KEY_REUSED)',
  enforcedBy: [
    'packages/http/src/answer-once.ts',
    'packages/stores/src/idempotency.ts',
    'packages/trust/src/engine-secret.ts',
    'packages/core/src/decider.ts',
  ],
  provenBy: [
    'packages/http/src/answer-once.test.ts',
    'packages/test-kit/src/stores-contract/idempotency.ts',
    'tests/journeys/ingress.test.ts',
    'tests/journeys/forgotten-keys.test.ts',
  ],
}

import type { Boundary } from '../threat.ts'

export const exportBoundary: Boundary = {
  title: 'Export → verifier',
  threats: [
    {
      stride: 'S',
      threat: 'a file is shown that no engine exported',
      control: 'An export ends with a signed statement, under an engine name that contains its key.',
      code: ['packages/cli/src/proof/verify-proof.ts'],
      tests: [
        ['services/desk/src/proof/tampered-exports.test.ts', 'another key, tree or ledger does not help the engine'],
        [
          'services/desk/src/proof/exports.test.ts',
          'an export proves that it is complete as exported, and that each fact is in a signed tree',
        ],
      ],
      notCovered: "a file without proof, as from `export --facts`; the engine's name must be known by another channel",
    },
    {
      stride: 'T',
      threat: 'a fact is changed, omitted, duplicated or moved, or has a false resulting state',
      control: 'The verifier recomputes hashes, order and resulting states without the engine.',
      code: ['packages/trust/src/verify-history.ts', 'packages/cli/src/exports/verify-outcomes.ts'],
      tests: [
        [
          'packages/trust/src/chain.test.ts',
          'any change of any fact is found',
          'a gap, a missing beginning and a changed order are named',
          'in an export a repeat and a fork are problems',
        ],
        ['packages/cli/src/exports/verify-outcomes.test.ts', 'are found wrong with %s'],
        ['tests/desk/case.test.ts', 'is exported as a file that is verified without the engine, which finds a changed fact'],
      ],
    },
    {
      stride: 'T',
      threat: 'a history or ledger is truncated or rewritten to its end',
      control:
        "Each partition's tree head is signed. A witness accepts only a consistent successor ([ADR 52](../adr/0052-publish-accepted-facts-in-a-transparency-log.md)).",
      code: ['services/desk/src/proof/sign-trees.ts'],
      tests: [
        [
          'services/desk/src/proof/tampered-exports.test.ts',
          '5,000 changes, deletions, insertions, swaps and truncations by a third party without the key are detected',
          '5,000 rewritten pasts, with later facts or without, are detected by what a witness has seen',
        ],
        ['services/desk/src/proof/sign-trees.test.ts', 'because it lost facts, logs that and signs nothing'],
      ],
      notCovered:
        'facts since the witness checked; without a witness, a holder of the engine secret; whether a country gets everything for it',
    },
    {
      stride: 'R',
      threat: 'the engine denies a history that it exported',
      control: 'It signs the facts in order, with recipient and time.',
      code: ['services/desk/src/proof/export-proof.ts'],
      tests: [
        [
          'services/desk/src/proof/exports.test.ts',
          'an export proves that it is complete as exported, and that each fact is in a signed tree',
        ],
      ],
      notCovered: 'exports without a proof',
    },
    {
      stride: 'D',
      threat: "a file takes the verifier's memory or time",
      control: 'The verifier reads line by line, and stores a limited number of problems.',
      code: ['packages/cli/src/input.ts', 'packages/trust/src/verify-history.ts'],
      tests: [
        ['packages/cli/src/offline.test.ts', 'verify --chain reads a long file in little memory'],
        ['packages/trust/src/chain.test.ts', 'a file of nothing but problems is counted whole and kept in part'],
      ],
    },
  ],
}

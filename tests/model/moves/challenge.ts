import { give, judge, type Move } from './move.ts'

const challenge = { decidingBody: 'Court of Appeal of Dili', reference: 'A-3', date: '2024-07-23' }

/** The account holder challenges the freeze. One hold and no proposal are enough, so that the model stays small. */
export const challenges: readonly Move[] = [
  give('the holder challenges the freeze', judge, 'LodgeChallenge', ({ state: { context } }) =>
    context.holds.length <= 1 && context.proposals.length === 0
      ? { data: challenge, body: { type: 'ChallengeLodged', data: challenge } }
      : undefined,
  ),
]

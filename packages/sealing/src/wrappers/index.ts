export { markedIdempotency } from './marked-idempotency.ts'
export { type Words, withOpenedWords } from './opened-streams.ts'
export { isOfWordsGone, publishUnlessGone } from './publish-unless-gone.ts'

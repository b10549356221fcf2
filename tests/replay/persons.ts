import type { Person } from '../src/engine.ts'

export const watch: Person = ['SG', 'officer', 'watch']
export const malaysianDesk: Person = ['MY', 'officer', 'maker']
export const maker: Person = ['TL', 'officer', 'maker']
export const checker: Person = ['TL', 'officer', 'checker']

/** Pairs of officers for dual approval. */
export const officers = ['SG', 'officer'] as const
export const prosecutors = ['TL', 'authority'] as const
export const britishCourt = ['GB', 'authority'] as const
export const malaysianCourt = ['MY', 'authority'] as const
export const japaneseCourt = ['JP', 'authority'] as const

import type { Kind } from '../kind.ts'

export const surge: Kind = {
  name: 'surge',
  engine: 'both',
  what: 'twice the load',
  needs: 'load',
  mayRepeat: false,
  async happen(_site, chance, throttle) {
    throttle.times(2)
    return { whom: 'everything', lastsMs: chance.between(5_000, 10_000), end: async () => throttle.times(1) }
  },
}

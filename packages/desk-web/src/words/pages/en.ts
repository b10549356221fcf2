import { counted } from '../plurals/counted.ts'

const count = counted('en')

export const pagesEn = {
  csv: 'As a table (CSV)',
  inbox: {
    proposals: 'Waits for a second person',
    proposalsNone: 'Nothing waits for a second person of your side.',
    alerts: 'To look at',
    alertsNone: 'Nothing has to be looked at.',
    proposedBy: 'Proposed by',
    age: 'Since',
    maySecond: 'You may agree',
    mayNot: 'Not you',
    open: 'Open the request',
  },
  case: {
    title: (reference: string) => `Case ${reference}`,
    of: (country: string) => `of ${country}`,
    sums: 'Sums, each amount counted once',
    noSums: 'The case has more requests than are shown here, so that no sums are given.',
    currency: 'Currency',
    trail: 'Where the money went',
    trailNote: 'What another country holds is shown where your country has a part in it. What nobody has told is shown as unknown.',
    asked: (amount: string, country: string) => `${amount} asked for in ${country}`,
    onward: 'moved onward to',
    unknown: 'not known here',
    childless: 'not followed',
    declined: 'not to be followed, by the requester',
    waiting: 'waits for the requester’s word',
    requests: count({ one: '# request', other: '# requests' }),
    print: 'Print',
    bundle: 'Evidence file (.jsonl)',
    none: 'Your country has no part in such a case.',
    link: 'Case',
    nth: (n: number, of: number) => `${n} of ${of}`,
    followed: (amount: string, requests: string) =>
      `Of what moved onward, ${amount} is followed in ${requests}: what became of it there is counted in the other sums.`,
  },
}

const shapes = {
  good: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM5 8.2l2.2 2.3L11.2 6',
  watch: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM8 1.5v13M8 4h3.8M8 8h6M8 12h3.8',
  bad: 'M8 2 15 14H1zM8 6.5v3.5M8 11.8v.4',
  silent: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM8 4.5V8l2.5 2',
} as const

/** Health for operators: good, watch, bad, or unknown. */
export type Health = keyof typeof shapes

/** A shape, a text and a colour: never only a colour. */
export function StateMark({ standing, word }: { readonly standing: Health; readonly word: string }) {
  return (
    <span className="standing" data-standing={standing}>
      <svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
        <path d={shapes[standing]} />
      </svg>
      {word}
    </span>
  )
}

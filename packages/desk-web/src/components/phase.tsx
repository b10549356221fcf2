import type { Phase } from '@holdfast/schemas'
import { useTranslate } from '../locales/index.ts'

const shapes: Readonly<Record<Phase, string>> = {
  received: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM8 5v6M5.5 8.5 8 11l2.5-2.5',
  verified: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM5 8.2l2.2 2.3L11.2 6',
  frozen: 'M3 7h10v7H3zM5 7V5a3 3 0 0 1 6 0v2M8 10v2',
  recovered: 'M13.5 8a5.5 5.5 0 1 1-2-4.2M11.5 1.5v2.6H8.9',
  closed: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM5 8h6',
}

/** A state has a shape, a text and a colour: never only a colour. */
export function PhaseMark({ phase }: { readonly phase: Phase }) {
  const t = useTranslate()
  return (
    <span className="phase" data-phase={phase}>
      <svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
        <path d={shapes[phase]} />
      </svg>
      {t(`phases.${phase}`)}
    </span>
  )
}

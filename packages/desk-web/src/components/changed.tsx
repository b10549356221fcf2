import { useWords } from '../words/index.ts'
import { Button } from './button.tsx'
import type { Held } from './use-held.ts'

/** Says that a list that stands still is not what there is now. */
export function Changed({ held: { hasChanged, show } }: { readonly held: Held<unknown> }) {
  const { work } = useWords()
  return (
    <div role="status" className="changed">
      {hasChanged && (
        <p className="notice">
          {work.changed}{' '}
          <Button kind="small" onClick={show}>
            {work.showChange}
          </Button>
        </p>
      )}
    </div>
  )
}

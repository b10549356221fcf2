import { CloseButton } from '../commands/act-steps.tsx'
import { Dialog } from '../components/dialog.tsx'
import { Pair } from '../components/pair.tsx'
import { pagesFor } from '../session/pages.ts'
import { usePreferences } from '../session/preferences.ts'
import { useSession } from '../session/use-session.ts'
import { useWords } from '../words/index.ts'

/** All keys, and where to switch them off. */
export function KeysDialog({ close }: { close(): void }) {
  const words = useWords()
  const { palette } = words
  const { singleKeys } = usePreferences()
  const who = useSession().data
  const keys = [
    ['.', palette.title],
    ...pagesFor(who ?? {}, words).map(({ keys, name }) => [keys, name]),
    ['/', palette.keys.search],
    ['j', palette.keys.next],
    ['k', palette.keys.previous],
    ['Enter', palette.keys.open],
    ['Esc', palette.keys.close],
    ['?', palette.keysTitle],
  ]
  return (
    <Dialog title={palette.keysTitle} close={close}>
      {shut => (
        <>
          <p className="small quiet">{singleKeys ? palette.keysOn : palette.keysOff}</p>
          <dl className="pairs">
            {keys.map(([key, name]) => (
              <Pair
                key={key}
                name={
                  <kbd className="mark solid" dir="ltr">
                    {key}
                  </kbd>
                }
              >
                {name}
              </Pair>
            ))}
          </dl>
          <div className="cluster end">
            <CloseButton close={shut} />
          </div>
        </>
      )}
    </Dialog>
  )
}

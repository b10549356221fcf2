import { CloseButton } from '../commands/act-steps.tsx'
import { Dialog } from '../components/dialog.tsx'
import { Pair } from '../components/pair.tsx'
import { useTranslate } from '../locales/index.ts'
import { pagesFor } from '../session/pages.ts'
import { usePreferences } from '../session/preferences.ts'
import { useSession } from '../session/use-session.ts'

/** All keyboard shortcuts, and a switch to turn them off. */
export function KeysDialog({ close }: { close(): void }) {
  const t = useTranslate()
  const { singleKeys } = usePreferences()
  const who = useSession().data
  const keys = [
    ['.', t('palette.title')],
    ...pagesFor(who ?? {}, t).map(({ keys, name }) => [keys, name]),
    ['/', t('palette.keys.search')],
    ['j', t('palette.keys.next')],
    ['k', t('palette.keys.previous')],
    ['Enter', t('palette.keys.open')],
    ['Esc', t('palette.keys.close')],
    ['?', t('palette.keysTitle')],
  ]
  return (
    <Dialog title={t('palette.keysTitle')} close={close}>
      {shut => (
        <>
          <p className="small quiet">{singleKeys ? t('palette.keysOn') : t('palette.keysOff')}</p>
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

import { counted } from '../plurals/counted.ts'
import type { pagesEn } from './en.ts'

const count = counted('fr')

export const pagesFr: typeof pagesEn = {
  csv: 'En tableau (CSV)',
  inbox: {
    proposals: 'En attente d’une seconde personne',
    proposalsNone: 'Rien n’attend une seconde personne de votre côté.',
    alerts: 'À examiner',
    alertsNone: 'Rien à examiner.',
    proposedBy: 'Proposé par',
    age: 'Depuis',
    maySecond: 'Vous pouvez approuver',
    mayNot: 'Pas vous',
    open: 'Ouvrir la demande',
  },
  case: {
    title: reference => `Affaire ${reference}`,
    of: country => `de ${country}`,
    sums: 'Totaux, chaque montant compté une fois',
    noSums: 'L’affaire compte plus de demandes qu’il n’en est affiché ici : aucun total n’est donné.',
    currency: 'Monnaie',
    trail: 'Où l’argent est allé',
    trailNote:
      'Ce qu’un autre pays détient est affiché lorsque votre pays y a part. Ce que personne n’a signalé est indiqué comme inconnu.',
    asked: (amount, country) => `${amount} demandés en ${country}`,
    onward: 'transféré vers',
    unknown: 'inconnu ici',
    childless: 'non suivi',
    declined: 'à ne pas suivre, selon le requérant',
    waiting: 'attend la décision du requérant',
    requests: count({ one: '# demande', many: '# de demandes', other: '# demandes' }),
    print: 'Imprimer',
    bundle: 'Fichier de preuve (.jsonl)',
    none: 'Votre pays n’a part à aucune affaire de ce nom.',
    link: 'Affaire',
    nth: (n, of) => `${n} sur ${of}`,
    followed: (amount, requests) =>
      `De ce qui a été transféré, ${amount} sont suivis dans ${requests} : ce qui en est advenu est compté dans les autres totaux.`,
  },
}

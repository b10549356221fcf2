import type { refusalsEn } from './en.ts'

const pageAtFault =
  'Cette page et le moteur ne s’accordent pas. Rechargez la page ; si cela ne suffit pas, prévenez l’exploitant du moteur.'

export const refusalsFr: typeof refusalsEn = {
  refusals: {
    MALFORMED: 'Quelque chose dans la saisie est illisible. Voyez ce qui est marqué.',
    QUERY_MALFORMED: 'L’adresse contient un paramètre inconnu. Rechargez la page.',
    NOT_HTTP: pageAtFault,
    TOO_SLOW: pageAtFault,
    HEAD_TOO_LARGE: pageAtFault,
    NOT_JSON: pageAtFault,
    TOO_LARGE: 'Ce qui a été envoyé est trop long. Raccourcissez-le et réessayez.',
    UNSUPPORTED_MEDIA_TYPE: pageAtFault,
    NOT_FOUND: 'Il n’y a rien à cette adresse. Revenez au tableau.',
    METHOD_NOT_ALLOWED: pageAtFault,
    KEY_MISSING: pageAtFault,
    KEY_IN_FLIGHT: 'La même chose est déjà en cours. Attendez un instant et redemandez.',
    KEY_REUSED: 'La même clé a servi à autre chose. Recommencez.',
    UNAUTHENTICATED: 'Vous n’êtes plus connecté. Connectez-vous de nouveau.',
    TOKEN_REUSED: pageAtFault,
    TOKEN_TOO_LONG: pageAtFault,
    SIGN_IN_AGAIN: 'Qui fait cela doit s’être connecté à l’instant. Connectez-vous de nouveau.',
    FOREIGN_ORIGIN:
      'Cela n’a pas été demandé depuis l’adresse propre du bureau. Ouvrez la page du bureau à son adresse et connectez-vous là.',
    NOT_PERMITTED:
      'Votre pays ou votre fonction ne le permet pas. C’est à une personne d’une autre fonction, ou de l’autre pays, de le faire.',
    NOT_YOUR_COUNTRY: 'Vous ne pouvez le faire qu’au nom de votre propre pays.',
    REQUEST_UNKNOWN: 'Votre pays n’a pas de demande portant ce numéro. Vérifiez-le.',
    WRONG_STATE: 'L’état de la demande ne le permet pas. Regardez-la de nouveau : elle a pu avancer.',
    PERSON_UNPROVED: 'Deux personnes doivent le faire, chacune avec sa propre clé ou sa propre connexion. Connectez-vous vous-même.',
    SAME_PERSON: 'Une deuxième personne doit le faire.',
    AMOUNT_EXCEEDED: 'Les montants ne concorderaient plus. Vérifiez le montant.',
    CURRENCY_MISMATCH: 'Le montant doit être dans la monnaie de la demande.',
    AMOUNT_UNREADABLE: 'Le montant a plus de décimales que sa monnaie. Vérifiez le montant.',
    HOLD_TOO_LONG: 'Le blocage prendrait fin dans le passé, ou plus tard que ne le permet la loi du pays. Choisissez un autre terme.',
    EXTENSION_NOT_ALLOWED: 'La loi du pays ne permet pas de prolonger ainsi ce blocage. Vérifiez la décision et le terme.',
    NOT_FOLLOWED: 'Aucune demande ne peut suivre ces fonds. Passez par l’entraide judiciaire.',
    ALREADY_OPEN: 'La demande est déjà ouverte. Regardez-la telle qu’elle est maintenant.',
    HISTORY_FULL: 'L’historique n’a plus de place que pour ce qui fait avancer la demande. Laissez le reste de côté.',
    HELD_FULL:
      'Le moteur ne peut pas traiter cette demande pour l’instant et garde déjà le maximum d’actions de votre pays et rôle. Rien n’a été fait : réessayez plus tard.',
    ORDER_UNKNOWN: 'Il n’y a pas d’ordre de ce numéro pour votre établissement. Vérifiez-le.',
    NOT_REDRIVABLE: 'Cette lettre morte ne peut pas être renvoyée telle quelle. Il faut d’abord corriger ce qui ne va pas.',
    POSITION_UNKNOWN: 'Cet endroit de la liste n’existe plus. Rechargez la page.',
    RATE_LIMITED: 'Votre pays demande plus que sa part en ce moment. Attendez un instant.',
    STORAGE_LOW: 'Le moteur n’a plus assez de place. Rien n’a été fait. Prévenez son exploitant.',
    CLOSED: 'Le moteur n’accepte rien en ce moment. Rien n’a été fait. Prévenez son exploitant.',
    UNAVAILABLE: 'Une partie du moteur est injoignable. On ne sait pas si cela a été fait : réessayez à l’identique.',
    INTERNAL: 'Le moteur a échoué. On ne sait pas si cela a été fait : réessayez à l’identique.',
  },
  unusable: 'Cela ne peut pas être utilisé tel quel.',
  engineWords: 'Dans les termes du moteur, en anglais',
}

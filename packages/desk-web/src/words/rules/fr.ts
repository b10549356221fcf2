import type { rulesEn } from './en.ts'

export const rulesFr: typeof rulesEn = {
  rules: {
    'V02.ask': 'L’IBAN n’est pas exact. Redemandez le compte et corrigez-le.',
    'V03.flag':
      'La banque du créancier est d’un autre pays que celui à qui la demande est adressée. Assurez-vous du lieu où le compte est tenu.',
    'V04.review':
      'L’IBAN du créancier est d’un autre pays que celui à qui la demande est adressée. Assurez-vous du compte, ou envoyez la demande à ce pays.',
    'V05.ask': 'Le montant ne correspond pas à sa monnaie. Indiquez le montant et la monnaie du paiement.',
    'V06.ask': 'Il est demandé plus que ce qui a été payé, ou dans une autre monnaie. Demandez au plus le montant du paiement.',
    'V07.reject': 'La demande ne va pas d’un pays membre à un autre. Passez par la voie nationale, ou par l’entraide judiciaire.',
    'V08.ask': 'Les dates du paiement, de la plainte et du rappel ne concordent pas. Corrigez-les.',
    'V09.flag': 'Le paiement date de plus de 24 heures : les fonds ont pu partir plus loin. Répondez aussitôt à ce qui est demandé.',
    'V10.flag': 'Le paiement est inférieur au seuil du pays : la demande se poursuit avec une priorité moindre.',
    'V11.ask': 'La banque ne peut pas retrouver le paiement avec ce qui est indiqué. Demandez sa référence à la banque du payeur.',
    'V12.duplicate': 'Votre pays a une demande ouverte pour ce paiement. Suivez celle-là.',
    'V12.flag': 'Un autre pays a fait une demande pour le même paiement. C’est une affaire distincte.',
    'V14.reject': 'Ce qui doit être attesté ne l’est pas. Renvoyez la demande dès que vous pouvez l’attester.',
    'V16.ask': 'La demande est à la fois adressée à ce pays et tenue secrète pour lui. Retirez-le de la liste, ou retirez la demande.',
    'V17.review': 'Des enquêteurs du pays sollicité examinent la demande. Rien n’est attendu de vous.',
    'V24.reject': 'Le motif n’est pas une fraude. Laissez la banque du payeur rappeler le paiement, ou indiquez le bon motif.',
    'V25.ask': 'Le motif ne dit rien à lui seul. Indiquez un code de fraude, et mettez les explications dans les faits de l’infraction.',
    'V26.reject':
      'Les fonds ne sont pas suivis plus loin : trop de transferts, ou un compte déjà visé dans cette affaire. Traitez la demande qui s’y rapporte, ou passez par l’entraide judiciaire.',
    'V26.ask': 'La demande ne concorde pas avec celle qui la précède dans l’affaire. Corrigez ce qu’elle en dit.',
    'V26.flag': 'La demande précédente a une autre référence d’affaire ou une autre base légale. Assurez-vous-en.',
  },
}

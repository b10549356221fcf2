import type { alertsEn } from './en.ts'

export const alertsFr: typeof alertsEn = {
  alerts: {
    'deadline.verify':
      'La demande attend sa validation depuis aussi longtemps que le permet l’ancienneté du paiement. Validez-la, demandez des informations ou rejetez-la.',
    'deadline.verifyHard.requester':
      'La demande n’a pas été validée dans le délai ultime. Interrogez le bureau du pays où se trouvent les fonds.',
    'deadline.verifyHard.beneficiary':
      'La demande n’a pas été validée dans le délai ultime. Aucune demande ne peut attendre davantage : statuez maintenant.',
    'deadline.informationReminder': 'Une question sur la demande attend votre réponse.',
    'deadline.informationDecision.requester':
      'La question sur la demande est restée sans réponse dans le délai. Le pays où se trouvent les fonds décide avec les éléments dont il dispose.',
    'deadline.informationDecision.beneficiary':
      'La question sur la demande est restée sans réponse dans le délai. Décidez avec les éléments disponibles.',
    'deadline.acknowledge': 'Aucun établissement n’a accusé réception de l’ordre. Assurez-vous qu’il a été vu.',
    'deadline.acknowledgeEscalation': 'L’ordre est toujours sans accusé de réception. Appelez la permanence de l’établissement.',
    'deadline.interimAnswer': 'L’établissement n’a pas encore répondu : la journée s’est achevée sans réponse.',
    'deadline.execute': 'L’ordre n’a pas été exécuté dans le délai. Demandez à l’établissement ce qui le retarde.',
    'deadline.executeHard.requester':
      'L’ordre n’a pas été exécuté dans le délai ultime. Interrogez le bureau du pays où se trouvent les fonds.',
    'deadline.executeHard.beneficiary':
      'L’ordre n’a pas été exécuté dans le délai ultime. Aucun ordre ne peut attendre davantage : appelez l’établissement maintenant.',
    'deadline.holdWarning': 'Un blocage va prendre fin. Il expire de lui-même s’il n’est pas confirmé ou prolongé avant.',
    'deadline.holdExpiry': 'Un blocage a pris fin. Les fonds qu’il retenait ne sont plus bloqués.',
    'deadline.confirmedHoldReview': 'Un blocage sans terme dure depuis longtemps. Réexaminez s’il est encore nécessaire.',
    'deadline.consentAnswer':
      'Le titulaire du compte n’a pas dit si les fonds peuvent être rendus. Il faut une décision ou une garantie d’indemnisation, ou mettre fin à la demande.',
    'deadline.returnPayment.requester':
      'Le versement des fonds à rendre n’a pas été signalé dans le délai. Recherchez-les, et interrogez le pays où ils étaient bloqués.',
    'deadline.returnPayment.beneficiary':
      'Le versement des fonds à rendre n’a pas été signalé dans le délai. L’établissement a été relancé.',
    'deadline.retention':
      'La durée de conservation des données de cette demande est écoulée. Le moteur détruit les clés de ce qui est scellé ; ce que vous en gardez ailleurs, c’est à vous de l’effacer.',
    'unfollowed.DENIED_COUNTRY':
      'Des fonds sont partis vers un pays qui ne doit pas avoir connaissance de l’affaire : rien ne les suit. Décidez si ce pays peut être sollicité.',
    'unfollowed.SAME_COUNTRY':
      'Des fonds sont partis vers votre propre pays : aucune demande ne les suit. Suivez-les par les moyens de votre propre droit.',
    'unfollowed.NOT_A_MEMBER':
      'Des fonds sont partis vers un pays qui n’est pas membre : rien ne les suit. Passez par l’entraide judiciaire.',
    'unfollowed.HOP_LIMIT': 'Des fonds ont été transférés plus de fois qu’ils ne sont suivis. Passez par l’entraide judiciaire.',
    'unfollowed.HOP_CYCLE': 'Des fonds sont partis vers un compte déjà visé dans cette affaire. Traitez la demande qui s’y rapporte.',
    'unfollowed.NO_PARTICULARS':
      'Des fonds ont été transférés et rien ne les suit : le signalement ne dit pas vers quel compte. Interrogez l’établissement, puis adressez une demande au pays concerné.',
    lateAnswer:
      'Un établissement a signalé quelque chose après la fin de la demande, ce qui n’a rien changé. Vérifiez si des fonds sont bloqués.',
    'lateAnswer.last':
      'Un établissement a signalé quelque chose après la fin de la demande, autant de fois qu’il peut en être consigné : la suite ne le sera plus. Vérifiez si des fonds sont bloqués.',
    erasureWaits:
      'L’effacement de la demande a été ordonné et reste en attente, car le moteur ne peut pas la traiter. Ses données personnelles restent lisibles : l’opérateur doit la réparer.',
    erasedWhileParked:
      'Les clés de la demande sont détruites alors que le moteur ne pouvait pas la traiter. Les avis et les ordres encore à envoyer ne partent pas : lisez son historique.',
    'undelivered.requester':
      'Un ordre n’est pas parvenu à l’établissement destinataire. Le pays où se trouvent les fonds a été invité à le remettre par une autre voie.',
    'undelivered.beneficiary':
      'Un ordre n’est pas parvenu à l’établissement destinataire. Appelez sa permanence, puis faites corriger sa fiche dans l’annuaire.',
    movedOnward: (amount, country) =>
      `${amount} sont partis vers ce pays : ${country}. Aucune demande ne les suit sans l’accord d’un enquêteur de votre pays : suivez les fonds, ou dites pourquoi non.`,
    proposed: command =>
      `Proposé : ${command}. Ce sera fait dès qu’une deuxième personne du même côté et de la même fonction en fera autant.`,
  },
}

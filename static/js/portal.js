// Improves pages that already work without it. Nothing here may be needed to read, answer or send.

import {
  Button,
  CharacterCount,
  Checkboxes,
  ErrorSummary,
  ExitThisPage,
  ServiceNavigation,
  SkipLink,
  createAll
} from 'govuk-frontend'

import { openFiltersOnWideScreens } from './filter.js'
import { askWhatAnAnswerBringsUp } from './questions.js'
import { revealWhatBelongsToRadios } from './reveal.js'

// Browsers that run modules are the ones that the components support.
document.body.classList.add('js-enabled', 'govuk-frontend-supported')

createAll(Button, { preventDoubleClick: true })
createAll(CharacterCount)
createAll(Checkboxes)
createAll(ErrorSummary)
createAll(ExitThisPage)
createAll(ServiceNavigation)
createAll(SkipLink)
revealWhatBelongsToRadios()
askWhatAnAnswerBringsUp()
openFiltersOnWideScreens()

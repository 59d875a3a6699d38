/* Where one file is chosen, or dropped; and the button and the problem beside it, the same wherever files are sent. */

/* `accept` as of an input, `label` for those who only hear it; `choose` gets the file, or nothing. */
const makePicker = ({ accept, label, icon, words, most, disabled, choose }) => {
  const picker = make('label', 'drop')
  const input = make('input', 'sr')
  input.type = 'file'
  input.accept = accept
  input.disabled = Boolean(disabled)
  input.ariaLabel = label
  input.onchange = () => choose(input.files[0])
  picker.append(input, makeIcon(icon), make('span', '', words), make('small', '', most))
  picker.ondragover = (event) => {
    event.preventDefault()
    picker.classList.add('over')
  }
  picker.ondragleave = () => picker.classList.remove('over')
  picker.ondrop = (event) => {
    event.preventDefault()
    picker.classList.remove('over')
    choose(event.dataTransfer.files[0])
  }
  return picker
}

const makeButton = (word, name, act, disabled = false) => {
  const button = make('button', name, word)
  button.type = 'button'
  button.disabled = disabled
  button.onclick = act
  return button
}

const makeProblem = (words) => {
  const problem = make('p', 'problem')
  problem.role = 'alert'
  problem.append(makeIcon('error'), make('span', '', words))
  return problem
}

/* On a phone the menu covers the page. It closes once the user has chosen a page, as Streamlit's own does not; the focus
   goes to the page, because the hidden menu would keep it. */
const closeMenuOnPhone = () => {
  if (!window.matchMedia('(max-width: 768px)').matches) return
  const button = document.querySelector('[data-testid=stSidebar][data-collapsed=false] [data-testid=stSidebarCollapseButton] button')
  if (!button) return
  button.click()
  document.querySelector('[data-testid=stMain]')?.focus({ preventScroll: true })
}

const isPlainClick = (event) => !(event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)

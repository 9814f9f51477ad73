// What a visitor gives to the form and sees of the result, in one question: a Firefox that is driven takes some 50 ms for each.
// values: name of a field -> what its control holds, as text; patience: ms that the result may take.
async ({ values, patience }) => {
  for (const [name, text] of Object.entries(values)) {
    const control = [...document.getElementsByName(name)].find(({ type, value }) => type !== 'radio' || value === text);
    if (control.type === 'radio' || control.type === 'checkbox') control.checked = control.type === 'radio' || text === 'true';
    else control.value = text;
    control.dispatchEvent(new Event('input', { bubbles: true }));
  }
  document.querySelector('.ask')?.click(); // where a result takes long, a person asks for it
  const result = document.querySelector('.result');
  for (const end = Date.now() + patience; result.querySelector('.live[aria-busy=true]');) {
    if (Date.now() > end) throw new Error(`no result of ${JSON.stringify(values)} within ${patience} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }

  for (const details of result.querySelectorAll('[data-output] details')) details.open = true; // what is folded has no words
  const words = (element) => element?.innerText;
  const number = (data) => data && { words: words(data), value: data.value };
  const look = (view) => ({
    numbers: [...view.querySelectorAll('data')].map(number),
    list: [...view.querySelectorAll('ol > li')].map((item) => ({ label: words(item.querySelector('span')), number: number(item.querySelector('data')) })),
    frames: view.querySelectorAll('.frame').length,
    line: view.querySelector('.chart .line')?.getAttribute('d'),
    written: view.querySelector('.written')?.textContent,
    invalid: view.querySelector('.invalid')?.checkVisibility(),
  });
  return {
    shown: result.querySelector('.values').checkVisibility(),
    refusals: Object.fromEntries([...document.querySelectorAll('[data-field]')].map((field) => [field.dataset.field, words(field.querySelector('.refusal'))])),
    outputs: Object.fromEntries([...result.querySelectorAll('[data-output]')].map((view) => [view.dataset.output, look(view)])),
  };
}

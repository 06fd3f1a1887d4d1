// Sends what an advertiser's pixel with "automatic events" sends: the page's address, and for each clicked button its
// text and that of its surroundings. The vendor's own script does the same, from a file of the vendor's.
(() => {
  const send = (event, custom = {}) => {
    const fields = {id: '553300118822771', ev: event, dl: location.href, rl: document.referrer, ts: Date.now(), v: '2.9.33'};
    for (const [name, value] of Object.entries(custom)) fields[`cd[${name}]`] = value;
    new Image().src = 'https://www.facebook.com/tr/?' + new URLSearchParams(fields);
  };
  send('PageView');
  addEventListener('click', ({target}) => {
    const button = target.closest('button, a');
    if (!button) return;
    const features = {classList: button.className, innerText: (button.closest('tr') || button).innerText, tag: button.localName};
    send('SubscribedButtonClick', {buttonText: button.innerText, buttonFeatures: JSON.stringify(features), pageFeatures: JSON.stringify({title: document.title})});
  }, true);
})();

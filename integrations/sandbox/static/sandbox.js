// Keep a conversation fresh, as a chat is: ask again every second and a half while it is looked at.
(() => {
  const watch = document.querySelector("[data-watch]");
  if (!watch) return;

  const messages = () => watch.querySelector("[data-part=messages]");
  const toEnd = () => {
    const list = messages();
    if (list) list.scrollTop = list.scrollHeight;
  };
  let tag = "";

  const show = (html) => {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    const list = messages();
    const atEnd = list && list.scrollHeight - list.scrollTop - list.clientHeight < 80;
    for (const part of watch.querySelectorAll("[data-part]")) {
      const next = fresh.querySelector(`[data-part=${part.dataset.part}]`);
      if (next && next.innerHTML !== part.innerHTML) part.replaceChildren(...next.childNodes);
    }
    if (atEnd) toEnd();
  };

  const refresh = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(location.href, { headers: tag ? { "If-None-Match": tag } : {}, cache: "no-store" });
      if (answer.status !== 200) return;
      tag = answer.headers.get("ETag") ?? "";
      show(await answer.text());
    } catch {
      // The sandbox is away; the next round asks again.
    }
  };

  toEnd();
  setInterval(refresh, 1500);
  document.addEventListener("visibilitychange", refresh);

  const form = watch.querySelector("[data-write]");
  form?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const field = form.elements.text;
    const sent = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    if (!sent.ok) return;
    field.value = "";
    field.focus();
    await refresh();
    toEnd();
  });
})();

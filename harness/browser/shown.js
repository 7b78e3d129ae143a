// What the document shows, for a person and for its scripts; and what in the scripts that
// stand within it matches.
((matches) => {
	const d = document, b = d.body;
	const sees = "img,svg,canvas,video,iframe,object,embed,button,input,select,textarea";
	const words = ((b && b.innerText) || "").replace(/\s+/g, " ").trim();
	return {
		words: words.slice(0, 400),
		contentType: d.contentType,
		empty: d.documentElement === null || words === "" && d.querySelector("head *, body *, body[class], body[id]") === null,
		bare: words === "" && d.querySelector(sees) === null,
		within: [...d.scripts].filter((s) => !s.src && /^$|javascript|module/i.test(s.type))
			.map((s) => (s.text.match(matches) || [""])[0]).filter(Boolean),
		ap: typeof AP !== "undefined" && AP !== null && typeof AP.context === "object",
	};
})

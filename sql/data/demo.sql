-- Invented providers for a try-out: about 300, marked as Beispieldaten on every page that shows them.
select demo.generate(300, 1);

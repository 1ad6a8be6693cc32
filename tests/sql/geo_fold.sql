-- The folding rule: spellings that mean the same meet, others do not, and nothing dangerous comes out.
begin;
create extension if not exists pgtap;
select plan(33);

select is(geo.fold_name(typed), geo.fold_name(written), format('"%s" folds like "%s"', typed, written))
  from (values ('koeln', 'Köln'), ('koln', 'Köln'), ('KÖLN', 'Köln'), ('Giessen', 'Gießen'), ('muenchen', 'München'),
               ('munchen', 'München'), ('St. Augustin', 'Sankt Augustin'), ('St Wendel', 'Sankt Wendel'),
               ('Bad-Homburg', 'Bad Homburg'), ('Frankfurt/Main', 'Frankfurt am Main'), ('Frankfurt (Oder)', 'Frankfurt an der Oder'),
               ('LK Fulda', 'Landkreis Fulda'), ('Weiden i.d.OPf.', 'Weiden in der Oberpfalz'), ('Osterode a. Harz', 'Osterode am Harz'),
               ('Neukirchen b. Sulzbach-Rosenberg', 'Neukirchen bei Sulzbach-Rosenberg'), ('Oerlinghausen', 'Örlinghausen'),
               ('Nuertingen', 'Nürtingen'), ('Luebeck', 'Lübeck, Hansestadt'), ('Saarbruecken', 'Saarbrücken'), ('  Kassel ', 'Kassel')
       ) as v(typed, written);

select isnt(geo.fold_name(a), geo.fold_name(b), format('"%s" is not "%s"', a, b))
  from (values ('Neuenkirchen', 'Neunkirchen'), ('Kassel', 'Kasel'), ('Bad Homburg', 'Homburg'), ('Neuss', 'Neuß am Rhein')) as v(a, b);

select matches(geo.fold_name(t), '^[a-z0-9 ]*$', 'only a-z, 0-9 and blanks come out of ' || quote_literal(left(t, 30)))
  from (values (E'%_\\''";--'), ('Москва'), (E'a\u0001b\tc'), ('𝒦öln'), ('')) as v(t);
select ok(length(geo.fold_name(repeat('ä', 5000))) <= 80, 'at most 80 characters are read');
select is(geo.fold_name(null), null, 'nothing folds to nothing');

select bag_eq($$select folded from geo.name_forms('Rothenburg ob der Tauber') where whole$$,
    array['rothenburg tauber', 'rothenburg t', 'rothenburg ta', 'rothenburg tau', 'rothenburg taub'], 'the addition may be cut short');
select is(geo.short_name('Neustadt an der Weinstraße'), 'Neustadt', 'the short name leaves the addition out');

select * from finish();
rollback;

//! 市外料金, シニア料金, 小学生料金: what a rule over facts makes of a fee is told before, charged line by line, and asked for on the bill.

use serde_json::{Value, json};

use crate::{course_applications::Centre, venue_hire::id};

fn of_residence(residence: &str) -> Value {
    json!([{ "any_of": [{ "fact": "residence", "one_of": [residence] }] }])
}

fn between(fact: &str, least: i64, most: i64) -> Value {
    json!([{ "any_of": [{ "fact": fact, "at_least": least, "at_most": most }] }])
}

fn who(name: &str, birth_date: &str, residence: Option<&str>) -> Value {
    let facts: Vec<_> = residence.iter().map(|text| json!({ "kind": "residence", "text": text })).collect();
    json!({ "name": name, "birth_date": birth_date, "facts": facts })
}

/// What each line starts from, comes to, and by which rule.
fn lines(of: &Value) -> Vec<(i64, i64, Option<&str>)> {
    let yen = |one: &Value, member: &str| one[member].as_i64().unwrap();
    let lines = of["lines"].as_array().unwrap().iter();
    lines.map(|one| (yen(one, "listed"), yen(one, "charged"), one["rule"].as_str())).collect()
}

impl Centre {
    /// The lines and the total of what people are told, once the application and its bill were found to say the same.
    async fn priced(&self, people: Value) -> (Value, i64) {
        let told = self.preview(people.clone(), json!({})).await;
        assert_eq!(told["may_apply"], true, "{told}");
        let made = self.ask(people, json!({})).await.created()["applications"][0].clone();
        assert_eq!((lines(&made), &made["total"]), (lines(&told), &told["total"]), "{told} {made}");
        let at = self.read(&made).await["bill"].as_str().unwrap().to_owned();
        let bill = self.app.server().get(&format!("/v1/bills/{at}")).await.ok();
        let sorted = |mut amounts: Vec<i64>| {
            amounts.sort_unstable();
            amounts
        };
        let asked = bill["lines"].as_array().unwrap().iter().map(|line| line["amount"].as_i64().unwrap()).collect();
        let charged = lines(&made).into_iter().map(|(_, charged, _)| charged).collect();
        assert_eq!((sorted(asked), &bill["total"]), (sorted(charged), &made["total"]), "{bill}");
        let total = told["total"].as_i64().unwrap();
        (told, total)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_lives_elsewhere_is_told_and_billed_another_fee_than_a_resident() {
    let rules = json!({ "prices": [
        { "label": "市内", "percent": 80, "requires": of_residence("city") },
        { "label": "市外料金", "percent": 150, "requires": of_residence("outside") },
        { "label": "教材割引", "amount": 300, "fees": ["materials"], "requires": of_residence("city") },
        { "label": "二度目", "amount": 1, "requires": of_residence("city") },
    ] });
    let fees = [
        json!({ "amount": 5_001, "ordinal": 1 }),
        json!({ "amount": 800, "kind": "materials", "label": "教材費", "ordinal": 2 }),
    ];
    let centre = Centre::new(json!({ "capacity": 5, "rules": rules }), &fees).await;
    let born = "1990-05-05";
    let (told, total) = centre.priced(json!([who("一", born, Some("city"))])).await;
    assert_eq!(
        (lines(&told), total),
        (vec![(5_001, 4_000, Some("市内")), (800, 300, Some("教材割引"))], 4_300),
        "fractions of a yen are dropped, and the first rule that holds decides"
    );
    let (told, total) = centre.priced(json!([who("二", born, Some("outside"))])).await;
    assert_eq!((lines(&told), total), (vec![(5_001, 7_501, Some("市外料金")), (800, 800, None)], 8_301));
    let (told, total) = centre.priced(json!([who("三", born, None)])).await;
    assert_eq!((lines(&told), total), (vec![(5_001, 5_001, None), (800, 800, None)], 5_801), "nothing is known");
}

fn by_age_and_grade() -> Value {
    json!([
        { "label": "小学生", "amount": 1_000, "requires": between("grade", 1, 6) },
        { "label": "中学生", "amount": 2_000, "requires": between("grade", 7, 9) },
        { "label": "シニア", "percent": 50, "requires": between("age", 65, 200) },
    ])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fee_by_age_or_school_year_is_that_of_the_day_that_the_class_names() {
    let capacity = 20;
    let on_the_first_day = json!({ "capacity": capacity, "rules": { "prices": by_age_and_grade() } });
    let a_year_before =
        json!({ "capacity": capacity, "rules": { "prices": by_age_and_grade(), "facts_on": "2026-04-01" } });
    let (child, pupil, senior) = (Some("小学生"), Some("中学生"), Some("シニア"));
    let fee = [json!({ "amount": 4_000 })];
    for (class, expected) in [
        (
            // the term begins on 1 April 2027
            on_the_first_day,
            [
                ("2021-04-02", 4_000, None),
                ("2021-04-01", 1_000, child),
                ("2015-04-02", 1_000, child),
                ("2015-04-01", 2_000, pupil),
                ("2012-04-02", 2_000, pupil),
                ("2012-04-01", 4_000, None),
                ("1962-04-02", 4_000, None),
                ("1962-04-01", 2_000, senior),
            ],
        ),
        (
            a_year_before,
            [
                ("2020-04-02", 4_000, None),
                ("2020-04-01", 1_000, child),
                ("2014-04-02", 1_000, child),
                ("2014-04-01", 2_000, pupil),
                ("2011-04-02", 2_000, pupil),
                ("2011-04-01", 4_000, None),
                ("1961-04-02", 4_000, None),
                ("1961-04-01", 2_000, senior),
            ],
        ),
    ] {
        let centre = Centre::new(class, &fee).await;
        for (born, charged, rule) in expected {
            let (told, total) = centre.priced(json!([who(born, born, None)])).await;
            assert_eq!((lines(&told), total), (vec![(4_000, charged, rule)], charged), "{born}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_of_a_family_pays_their_own_fee_and_a_party_that_pays_once_the_one_that_everybody_of_it_meets() {
    let rules = || json!({ "prices": by_age_and_grade() });
    let fee = [json!({ "amount": 4_000 })];
    let family = |child: &str| {
        json!([who("祖母", "1950-05-05", None), who("母", "1985-05-05", None), who(child, "2018-05-05", None)])
    };
    let centre = Centre::new(json!({ "rules": rules() }), &fee).await;
    let (told, total) = centre.priced(family("葵")).await;
    let each = vec![(4_000, 2_000, Some("シニア")), (4_000, 4_000, None), (4_000, 1_000, Some("小学生"))];
    assert_eq!((lines(&told), total), (each, 7_000));

    let class = json!({ "capacity": 5, "capacity_unit": "party", "rules": rules() });
    let centre = Centre::new(class, &fee).await;
    let (told, total) = centre.priced(family("葵")).await;
    assert_eq!((lines(&told), total), (vec![(4_000, 4_000, None)], 4_000));
    let children = json!([who("蓮", "2018-05-05", None), who("湊", "2016-05-05", None)]);
    let (told, total) = centre.priced(children).await;
    assert_eq!((lines(&told), total), (vec![(4_000, 1_000, Some("小学生"))], 1_000));
    let comes_along = json!([who("凛", "2018-05-05", None), { "name": "父", "role": "companion" }]);
    let (told, total) = centre.priced(comes_along).await;
    assert_eq!((lines(&told), total), (vec![(4_000, 1_000, Some("小学生"))], 1_000), "who comes along learns nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fee_that_asks_for_a_paper_is_told_and_billed_once_the_staff_has_seen_it() {
    let proven = json!([{ "any_of": [{ "fact": "residence", "one_of": ["city"], "proven": true }] }]);
    let rules = json!({ "prices": [{ "label": "市民", "amount": 1_500, "requires": proven }] });
    let centre = Centre::new(json!({ "rules": rules }), &[json!({ "amount": 2_000 })]).await;
    let (told, total) = centre.priced(json!([who("一", "1990-05-05", Some("city"))])).await;
    assert_eq!((lines(&told), total), (vec![(2_000, 2_000, None)], 2_000), "nobody has seen it");
    let server = centre.app.server();
    let known = server.post("/v1/persons", &json!({ "name": "二", "birth_date": "1990-05-05" })).await.created();
    let paper = json!({ "kind": "residence", "text": "city", "verified": true });
    server.post(&format!("/v1/persons/{}/facts", id(&known)), &paper).await.created();
    let body = json!({ "class": centre.class, "people": [{ "person": known["id"] }] });
    let told = server.post("/v1/course/applications/preview", &body).await.ok();
    assert_eq!((lines(&told), &told["total"]), (vec![(2_000, 1_500, Some("市民"))], &json!(1_500)));
    let mut body = body;
    body["contact"] = json!({ "name": "二" });
    let made = server.post("/v1/course/applications", &body).await.created()["applications"][0].clone();
    let bill = server.get(&format!("/v1/bills/{}", made["bill"].as_str().unwrap())).await.ok();
    assert_eq!(
        (&made["total"], &bill["total"], &bill["lines"][0]["amount"]),
        (&json!(1_500), &json!(1_500), &json!(1_500))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_beyond_what_an_amount_can_be_is_refused_with_the_fee_before_and_when_somebody_applies() {
    let elsewhere = json!([{ "label": "市外料金", "percent": 1_000, "requires": of_residence("outside") }]);
    let centre = Centre::new(json!({ "rules": { "prices": elsewhere } }), &[json!({ "amount": 999_999_999 })]).await;
    let fees = centre.app.server().get(&format!("/v1/course/fees?class={}", centre.class)).await.ok();
    let [one, other, far] =
        [("一", None), ("二", None), ("三", Some("outside"))].map(|(name, town)| who(name, "1990-05-05", town));
    for (people, splittable) in [(json!([far]), false), (json!([one, other]), false), (json!([one, other]), true)] {
        let body = json!({ "class": centre.class, "people": people, "splittable": splittable });
        let told = centre.app.page().post("/v1/course/applications/preview", &body).await;
        let made = centre.ask(people, json!({ "splittable": splittable })).await;
        for answer in [told, made] {
            let refused = answer.refused(422, "course.application.price_too_large");
            assert_eq!(refused["fee"], fees["data"][0]["id"]);
        }
    }
    assert_eq!(centre.preview(json!([one]), json!({})).await["total"], 999_999_999);
}

package university

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

var given = strings.Fields(`ada amir anna aylin bela bruno carla chen clara dario dana david elif emma emil enzo eva farid
	felix femi fiona greta hana hugo ida igor ines ivan jan jana joao jonas julia kaito karim katja kofi lara lea leila leon
	lina lukas luca maja malik marco maria mei mila mina nadia nils nina noor olga omar otto paul petra pia quentin rahul
	ravi rosa sara selin simon sofia tara theo tomas uma vera viktor wim xenia yara yusuf zoe`)

var family = strings.Fields(`abel adeyemi aksoy alvarez andersson bauer becker bianchi blum brandt castro chen costa demir
	diaz dubois eder egger fischer fontana garcia gruber haas hansen hoffmann huber ibrahim ito jansen jensen kaya keller
	khan kim klein koch kovacs kowalski kraus lang larsen lehmann leroy lim lopez maier mendes meyer moreau mueller nagy
	nguyen novak okafor oliveira olsen park patel peters petrov popescu ramos richter rossi roth sato schmid schulz silva
	singh sommer stein suzuki tanaka thomas torres vogel wagner wang weber winter wolf yamada yilmaz zhang ziegler`)

// fields are what faculties teach.
var fields = []struct {
	id, title string
	subjects  []string
}{
	{"science", "Faculty of Science", strings.Fields("algebra analysis statistics mechanics optics genetics ecology chemistry")},
	{"law", "Faculty of Law", strings.Fields("contracts torts procedure property evidence legal-theory trade criminal-law")},
	{"arts", "Faculty of Arts", strings.Fields("rhetoric linguistics history philosophy aesthetics literature archaeology music")},
	{"medicine", "Faculty of Medicine", strings.Fields("anatomy physiology pathology surgery pharmacology neurology nursing")},
	{"engineering", "Faculty of Engineering", strings.Fields("statics materials circuits robotics control fluids surveying")},
	{"economics", "Faculty of Economics", strings.Fields("accounting finance marketing econometrics logistics taxation")},
	{"informatics", "Faculty of Informatics", strings.Fields("programming databases networks compilers security graphics")},
	{"education", "Faculty of Education", strings.Fields("didactics psychology curriculum inclusion assessment")},
	{"theology", "Faculty of Theology", strings.Fields("exegesis ethics liturgy church-history")},
	{"agriculture", "Faculty of Agriculture", strings.Fields("soil crops livestock forestry irrigation")},
	{"architecture", "Faculty of Architecture", strings.Fields("drawing urbanism construction landscape")},
	{"sport", "Faculty of Sport", strings.Fields("training biomechanics coaching recreation")},
}

// draw names somebody. The id ends with a number, as the accounts of a university do: many people have the same name.
func draw(dice *rand.Rand, number int) *person {
	g, f := given[dice.IntN(len(given))], family[dice.IntN(len(family))]
	id := fmt.Sprintf("%s-%s-%d", g, f, number)
	return &person{id: id, name: title(g) + " " + title(f), mail: id + "@university.example"}
}

// title is a name as it is shown: "legal-theory" is "Legal theory".
func title(id string) string {
	return strings.ToUpper(id[:1]) + strings.ReplaceAll(id[1:], "-", " ")
}

// roman is a number as the parts of a course are counted.
func roman(n int) string {
	var b strings.Builder
	for _, d := range []struct {
		value int
		text  string
	}{{50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}} {
		for ; n >= d.value; n -= d.value {
			b.WriteString(d.text)
		}
	}
	return b.String()
}
